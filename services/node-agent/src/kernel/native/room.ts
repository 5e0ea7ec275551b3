import type { ObservedConnection, ObservedKernel } from "../../observed/observed-kernel.ts";
import type { BatchResult } from "../kernel.ts";
import type { NftAnswer, NftRun } from "../nft.ts";
import type { Places } from "../places.ts";
import { type AnnouncementFailed, executeBatch } from "./execute/execute-batch.ts";
import type { NativeOperation } from "./native-kinds.ts";
import { runLibnftables } from "./netfilter/libnftables.ts";
import { netfilterSockets } from "./netfilter/netfilter-sockets.ts";
import { observeConnections } from "./observe/observe-flows.ts";
import { observeHelpers } from "./observe/observe-helpers.ts";
import { type ObservedHost, observeHost } from "./observe/observe-host.ts";
import { observeNamespace, type ReadNamespace } from "./observe/observe-namespace.ts";

/** What the driver's thread is asked. */
export type RoomQuestion =
  | { readonly ask: "host" }
  | { readonly ask: "helpers" }
  | { readonly ask: "namespaces"; readonly places: Places }
  | { readonly ask: "connections" }
  | ({ readonly ask: "nft" } & NftRun)
  | { readonly ask: "execute"; readonly batch: readonly NativeOperation[] };

export interface RoomAnswers {
  readonly host: ObservedHost;
  readonly helpers: ObservedKernel["helpers"];
  /** Name -> what is in it, or why it can't be read. One that is gone is left out. */
  readonly namespaces: ReadonlyMap<string, ReadNamespace | string>;
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
    case "helpers":
      return observeHelpers();
    case "namespaces":
      return observeNamespaces(question.places);
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

function observeNamespaces(places: Places): ReadonlyMap<string, ReadNamespace | string> {
  const namespaces = new Map<string, ReadNamespace | string>();
  for (const [name, parts] of places) {
    try {
      namespaces.set(name, observeNamespace(name, parts));
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") continue;
      namespaces.set(name, error instanceof Error ? error.message : String(error));
    }
  }
  return namespaces;
}
