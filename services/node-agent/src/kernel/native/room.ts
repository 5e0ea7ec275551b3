import type { ObservedConnection } from "../../observed/observed-kernel.ts";
import type { BatchResult } from "../kernel.ts";
import type { NftAnswer, NftRun } from "../nft.ts";
import { type AnnouncementFailed, executeBatch } from "./execute/execute-batch.ts";
import type { NativeOperation } from "./native-kinds.ts";
import { runLibnftables } from "./netfilter/libnftables.ts";
import { netfilterSockets } from "./netfilter/netfilter-sockets.ts";
import { observeConnections } from "./observe/observe-flows.ts";
import { type ObservedHost, observeHost } from "./observe/observe-host.ts";
import { type NamespaceWithoutRules, observeNamespace } from "./observe/observe-namespace.ts";

/** What the driver's thread is asked. */
export type RoomQuestion =
  | { readonly ask: "host" }
  | { readonly ask: "namespaces"; readonly names: readonly string[] }
  | { readonly ask: "connections" }
  | ({ readonly ask: "nft" } & NftRun)
  | { readonly ask: "execute"; readonly batch: readonly NativeOperation[] };

export interface RoomAnswers {
  readonly host: ObservedHost;
  /** Name -> what is in it, or why it can't be read. One that is gone is left out. */
  readonly namespaces: ReadonlyMap<string, NamespaceWithoutRules | string>;
  /** Of the host, those in zones. */
  readonly connections: readonly ObservedConnection[];
  readonly nft: NftAnswer;
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
    case "connections":
      return netfilterSockets.use("", observeConnections);
    case "nft":
      return runLibnftables(question);
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
      if (error instanceof Error && "code" in error && error.code === "ENOENT") continue;
      namespaces.set(name, error instanceof Error ? error.message : String(error));
    }
  }
  return namespaces;
}
