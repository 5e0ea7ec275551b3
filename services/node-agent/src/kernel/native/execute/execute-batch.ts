import type { Announce, ChangeFilter, DeleteLink, DropNamespace, WriteSysctl } from "../../../plan/operation.ts";
import type { BatchResult } from "../../kernel.ts";
import type { NativeOperation } from "../native-kinds.ts";
import { changeFilter } from "./change-filter.ts";
import { deleteLinks, dropNamespaces } from "./execute-link.ts";
import { executors, type TogetherOperation } from "./executors.ts";
import { OpenNamespaces } from "./open-namespaces.ts";
import { repeatAnnouncements } from "./repeat-announcements.ts";
import { isWrittenWithLink, writeToFiles, writeWithLink } from "./write-sysctls.ts";

/** Told in the kernel's words of an announcement that could not be made. */
export type AnnouncementFailed = (words: string) => void;

/** Runs a batch in order, up to the first operation that the kernel refuses. */
export function executeBatch(batch: readonly NativeOperation[], failed: AnnouncementFailed): BatchResult {
  const open = new OpenNamespaces();
  let done = 0;
  try {
    while (done < batch.length)
      executeFrom(batch, done, open, failed, (operations) => {
        done += operations;
      });
    return { done, error: undefined };
  } catch (error) {
    open.failed();
    return { done, error: error instanceof Error ? error.message : String(error) };
  }
}

/** @param done told how many operations were done, once or more often. */
function executeFrom(
  batch: readonly NativeOperation[],
  from: number,
  open: OpenNamespaces,
  failed: AnnouncementFailed,
  done: (operations: number) => void,
): void {
  const operation = batch[from];
  if (operation === undefined) return;
  switch (operation.kind) {
    case "drop-namespace": {
      const drops = inARow(batch, from, (each): each is DropNamespace => each.kind === "drop-namespace");
      dropNamespaces(drops, open);
      done(drops.length);
      break;
    }
    case "change-filter": {
      const { netns } = operation;
      // What comes is not undone because something that only goes is refused.
      const isLike = (each: NativeOperation): each is ChangeFilter =>
        each.kind === "change-filter" && each.netns === netns && onlyGoes(each) === onlyGoes(operation);
      togetherOrAlone(inARow(batch, from, isLike), (changes) => changeFilter(netns, changes), done);
      break;
    }
    case "delete-link": {
      const { netns } = operation;
      const isThere = (each: NativeOperation): each is DeleteLink =>
        each.kind === "delete-link" && each.netns === netns;
      togetherOrAlone(inARow(batch, from, isThere), (deletions) => deleteLinks(netns, deletions, open), done);
      break;
    }
    case "write-sysctl":
      if (isWrittenWithLink(operation)) {
        writeWithLink(operation, open);
        done(1);
      } else {
        const { netns } = operation;
        const isOfThose = (each: NativeOperation): each is WriteSysctl =>
          each.kind === "write-sysctl" && each.netns === netns && !isWrittenWithLink(each);
        writeToFiles(netns, inARow(batch, from, isOfThose), () => done(1));
      }
      break;
    case "announce": {
      const announcements = inARow(batch, from, (each): each is Announce => each.kind === "announce");
      repeatAnnouncements(announcements, failed);
      done(announcements.length);
      break;
    }
    default:
      executeOne(operation, open);
      done(1);
  }
}

/** All of them at once; where that is refused, one by one, so that one that fails holds up no other.
 *  @param act does all that it is given, or throws and did nothing. */
function togetherOrAlone<T>(
  operations: readonly T[],
  act: (some: readonly T[]) => void,
  done: (operations: number) => void,
): void {
  if (operations.length > 1 && isDone(() => act(operations))) {
    done(operations.length);
    return;
  }
  for (const operation of operations) {
    act([operation]);
    done(1);
  }
}

/** Why it isn't, is found out one by one. */
function isDone(act: () => void): boolean {
  try {
    act();
    return true;
  } catch {
    return false;
  }
}

const onlyGoes = ({ put }: ChangeFilter): boolean => put.length === 0;

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
