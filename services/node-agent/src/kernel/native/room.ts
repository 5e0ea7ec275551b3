import type { ObservedConnection, ObservedFlow, ObservedKernel } from "../../observed/observed-kernel.ts";
import type { BatchResult } from "../kernel.ts";
import type { NftAnswer, NftRun } from "../nft.ts";
import type { Places } from "../places.ts";
import { type AnnouncementFailed, executeBatch } from "./execute/execute-batch.ts";
import type { HostAnswer, HostQuestion, HostTeller } from "./host/host-teller.ts";
import { KnownHost } from "./host/known-host.ts";
import type { ObservedHost } from "./host/observed-host.ts";
import type { NativeOperation } from "./native-kinds.ts";
import { runLibnftables } from "./netfilter/libnftables.ts";
import { netfilterSockets } from "./netfilter/netfilter-sockets.ts";
import { observeConnections, observeFlows } from "./observe/observe-flows.ts";
import { observeHelpers } from "./observe/observe-helpers.ts";
import { observeNamespace, type ReadNamespace } from "./observe/observe-namespace.ts";

/** What the driver's thread is asked. */
export type RoomQuestion =
  /** By who goes by what was told before. */
  | { readonly ask: "host"; readonly since: HostQuestion }
  /** By who reads once; whoever goes by what was told before is not disturbed. */
  | { readonly ask: "whole host" }
  | { readonly ask: "helpers" }
  | { readonly ask: "namespaces"; readonly places: Places }
  | { readonly ask: "connections" }
  /** @property listingMs after which no other namespace is begun with. */
  | { readonly ask: "flows"; readonly namespaces: readonly string[]; readonly listingMs: number }
  | ({ readonly ask: "nft" } & NftRun)
  | { readonly ask: "execute"; readonly batch: readonly NativeOperation[] };

export interface RoomAnswers {
  readonly host: HostAnswer;
  readonly "whole host": ObservedHost;
  readonly helpers: ObservedKernel["helpers"];
  /** Name -> what is in it, or why it can't be read. One that is gone is left out. */
  readonly namespaces: ReadonlyMap<string, ReadNamespace | string>;
  /** Of the host, those in zones. */
  readonly connections: readonly ObservedConnection[];
  /** Name -> what is translated there, or why it can't be read. One that is gone is left out, and one that had no turn. */
  readonly flows: ReadonlyMap<string, readonly ObservedFlow[] | string>;
  readonly nft: NftAnswer;
  readonly execute: BatchResult;
}

/** Asks the thread that is in the room. */
export type AskRoom = <Q extends RoomQuestion>(question: Q) => Promise<RoomAnswers[Q["ask"]]>;

type RoomAnswer = RoomAnswers[RoomQuestion["ask"]];

/** Answers one question, at once and on the calling thread. */
export function answerIn(question: RoomQuestion, host: HostTeller, announcementFailed: AnnouncementFailed): RoomAnswer {
  switch (question.ask) {
    case "host":
      return host.answer(question.since);
    case "whole host":
      return observeHost();
    case "helpers":
      return observeHelpers();
    case "namespaces":
      return observeNamespaces(question.places);
    case "connections":
      return netfilterSockets.use("", observeConnections);
    case "flows":
      return observeFlowsOf(question.namespaces, question.listingMs);
    case "nft":
      return runLibnftables(question);
    case "execute":
      return executeBatch(question.batch, announcementFailed);
    default:
      return question satisfies never;
  }
}

function observeHost(): ObservedHost {
  const host = new KnownHost();
  try {
    return host.look();
  } finally {
    host.close();
  }
}

function observeNamespaces(places: Places): ReadonlyMap<string, ReadNamespace | string> {
  const namespaces = new Map<string, ReadNamespace | string>();
  for (const [name, parts] of places) {
    const read = unlessGone(() => observeNamespace(name, parts));
    if (read !== undefined) namespaces.set(name, read);
  }
  return namespaces;
}

/** One at least. */
function observeFlowsOf(names: readonly string[], listingMs: number): RoomAnswers["flows"] {
  const flows = new Map<string, readonly ObservedFlow[] | string>();
  const listUntilMs = performance.now() + listingMs;
  for (const name of names) {
    const listed = unlessGone(() => netfilterSockets.use(name, observeFlows));
    if (listed !== undefined) flows.set(name, listed);
    if (performance.now() > listUntilMs) break;
  }
  return flows;
}

/** @returns a text: why it can't be read; undefined: it is gone. */
function unlessGone<T>(observe: () => T): T | string | undefined {
  try {
    return observe();
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    return error instanceof Error ? error.message : String(error);
  }
}
