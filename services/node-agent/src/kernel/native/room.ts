import type { BatchResult } from "../kernel.ts";
import { type AnnouncementFailed, executeBatch } from "./execute/execute-batch.ts";
import type { NativeOperation } from "./native-kinds.ts";
import { type ObservedHost, observeHost } from "./observe/observe-host.ts";
import { type NamespaceWithoutRules, observeNamespace } from "./observe/observe-namespace.ts";

/** What the driver's thread is asked. */
export type RoomQuestion =
  | { readonly ask: "host" }
  | { readonly ask: "namespaces"; readonly names: readonly string[] }
  | { readonly ask: "execute"; readonly batch: readonly NativeOperation[] };

export interface RoomAnswers {
  readonly host: ObservedHost;
  /** Name -> what is in it, or why it can't be read. One that is gone is left out. */
  readonly namespaces: ReadonlyMap<string, NamespaceWithoutRules | string>;
  readonly execute: BatchResult;
}

type RoomAnswer = RoomAnswers[RoomQuestion["ask"]];

/** Answers one question, at once and on the calling thread. */
export function answerIn(question: RoomQuestion, announcementFailed: AnnouncementFailed): RoomAnswer {
  switch (question.ask) {
    case "host":
      return observeHost();
    case "namespaces":
      return observeNamespaces(question.names);
    case "execute":
      return executeBatch(question.batch, announcementFailed);
    default:
      return question satisfies never;
  }
}

function observeNamespaces(names: readonly string[]): ReadonlyMap<string, NamespaceWithoutRules | string> {
  const namespaces = new Map<string, NamespaceWithoutRules | string>();
  for (const name of names) {
    try {
      namespaces.set(name, observeNamespace(name));
    } catch (error) {
      if (isGone(error)) continue;
      namespaces.set(name, error instanceof Error ? error.message : String(error));
    }
  }
  return namespaces;
}

function isGone(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
