import type { Announce, DropNamespace } from "../../../plan/operation.ts";
import type { BatchResult } from "../../kernel.ts";
import type { NativeOperation } from "../native-kinds.ts";
import { dropNamespaces } from "./execute-link.ts";
import { executors, type TogetherOperation } from "./executors.ts";
import { OpenNamespaces } from "./open-namespaces.ts";
import { repeatAnnouncements } from "./repeat-announcements.ts";

/** Told in the kernel's words of an announcement that could not be made. */
export type AnnouncementFailed = (words: string) => void;

/** Runs a batch in order, up to the first operation that the kernel refuses. */
export function executeBatch(batch: readonly NativeOperation[], failed: AnnouncementFailed): BatchResult {
  const open = new OpenNamespaces();
  try {
    for (let done = 0; done < batch.length; ) {
      try {
        done += executeFrom(batch, done, open, failed);
      } catch (error) {
        return { done, error: error instanceof Error ? error.message : String(error) };
      }
    }
    return { done: batch.length, error: undefined };
  } finally {
    open.close();
  }
}

/** @returns how many operations that took. */
function executeFrom(
  batch: readonly NativeOperation[],
  from: number,
  open: OpenNamespaces,
  failed: AnnouncementFailed,
): number {
  const operation = batch[from];
  if (operation === undefined) return 1;
  switch (operation.kind) {
    case "drop-namespace": {
      const drops = inARow(batch, from, (each): each is DropNamespace => each.kind === "drop-namespace");
      dropNamespaces(drops, open);
      return drops.length;
    }
    case "announce": {
      const announcements = inARow(batch, from, (each): each is Announce => each.kind === "announce");
      repeatAnnouncements(announcements, failed);
      return announcements.length;
    }
    default:
      executeOne(operation, open);
      return 1;
  }
}

function executeOne(operation: Exclude<NativeOperation, TogetherOperation>, open: OpenNamespaces): void {
  const execute = executors[operation.kind] as (operation: NativeOperation, open: OpenNamespaces) => void;
  execute(operation, open);
}

/** The operations of one kind from there on. */
function inARow<T extends TogetherOperation>(
  batch: readonly NativeOperation[],
  from: number,
  is: (each: NativeOperation) => each is T,
): T[] {
  const found: T[] = [];
  for (let at = from; at < batch.length; at += 1) {
    const operation = batch[at];
    if (operation === undefined || !is(operation)) break;
    found.push(operation);
  }
  return found;
}
