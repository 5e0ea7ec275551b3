import { routerNamespacePrefix } from "../../desired/device-names.ts";
import type { ObservedKernel, ObservedNamespace } from "../../observed/observed-kernel.ts";
import { decidesOtherwise } from "../../security/filter-parts.ts";
import { type Kernel, knownNamespaces, type ObserveAgain } from "../kernel.ts";
import type { NftRunner } from "../nft.ts";
import {
  hasIptables,
  observeFilter,
  observeRules,
  observeTracked,
  type ReadIptables,
  type SavedTables,
} from "../observe-filter.ts";
import { allButConnections, allParts, type Part, type Places } from "../places.ts";
import { unlessUnreadable } from "../unless-unreadable.ts";
import { hostAsker } from "./host/ask-host.ts";
import type { ObservedHost } from "./host/observed-host.ts";
import { isNative } from "./native-kinds.ts";
import type { ReadNamespace } from "./observe/observe-namespace.ts";
import type { AskRoom, RoomAnswers } from "./room.ts";

/** What the native driver leaves to others to read. */
export interface ProgramReader {
  /** nft, in any way that it can be had. */
  readonly nft: NftRunner;
  saveIptables(namespaces: readonly string[]): Promise<SavedTables>;
  readonly readIptables: ReadIptables;
}

/** As long as a look that is followed by others lists connections: whoever waits for the rest of it waits for them too. */
const longestListingMs = 10;
/** Namespaces are read by the slice: what comes of one is made out while the room reads the next ones. */
const sliceSize = 50;
/** Rules may have to be read by programs, so several at a time. */
const readAtOnce = 4;

/** The kernel through rtnetlink, nfnetlink and /proc, in this process; iptables and helpers through another driver. */
export function nativeKernel(askRoom: AskRoom, programs: ProgramReader, others: Kernel): Kernel {
  const askHost = hostAsker(askRoom);
  const lookAtHost: LookAtHost = (again) =>
    again === undefined ? askRoom({ ask: "whole host" }) : askHost(again.known === undefined);
  return {
    observe: async (again) => {
      const { kernel, ownNamespaces, isOwed } = await readHost(askRoom, lookAtHost, programs, again);
      const told: ToldNamespaces = (namespaces) =>
        again?.read?.({ ...kernel, namespaces, unreadable: new Map(), unlisted: new Set() });
      const { unlisted, ...read } = await readNamespaces(askRoom, programs, ownNamespaces, again, told);
      return { ...kernel, ...read, unlisted: isOwed ? new Set([...unlisted, ""]) : unlisted };
    },
    readsParts: true,
    batchName: (operation) => (isNative(operation) ? "native" : others.batchName(operation)),
    execute: async (batch) => {
      const [first] = batch;
      if (first === undefined) return { done: 0, error: undefined };
      return isNative(first) ? askRoom({ ask: "execute", batch: batch.filter(isNative) }) : others.execute(batch);
    },
  };
}

interface Host {
  readonly kernel: Omit<ObservedKernel, "namespaces" | "unreadable" | "unlisted">;
  readonly ownNamespaces: readonly string[];
  /** Its connections have yet to be listed: other ones may be let through now. */
  readonly isOwed: boolean;
}

type LookAtHost = (again: ObserveAgain | undefined) => Promise<ObservedHost>;

/** What is not stale stays the very value that it was. */
async function readHost(
  askRoom: AskRoom,
  lookAtHost: LookAtHost,
  programs: ProgramReader,
  again: ObserveAgain | undefined,
): Promise<Host> {
  const unless = <T>(part: Part, of: (known: ObservedKernel) => T, read: () => Promise<T>): T | Promise<T> =>
    again?.known === undefined || again.stale.get("")?.has(part) === true ? read() : of(again.known);
  const [host, helpers, { filter, confinement }] = await Promise.all([
    unless<ObservedHost>(
      "devices",
      (known) => ({ ...known, ownNamespaces: knownNamespaces(known) }),
      () => lookAtHost(again),
    ),
    unless(
      "helpers",
      (known) => known.helpers,
      () => askRoom({ ask: "helpers" }),
    ),
    unless<Pick<ObservedKernel, "filter" | "confinement">>(
      "rules",
      (known) => known,
      () => observeFilter(programs.nft, programs.readIptables),
    ),
  ]);
  const list = () => observeTracked(filter, () => askRoom({ ask: "connections" }));
  const isReason = again?.known !== undefined && decidesOtherwise(again.known.filter, filter);
  const isOwed = isReason && !again.isAskedFor("");
  const connections =
    isReason && !isOwed ? await list() : await unless("connections", (known) => known.connections, list);
  const { links, sysctls, forwarding, neighbours, ownNamespaces } = host;
  return {
    kernel: { links, sysctls, forwarding, neighbours, helpers, filter, confinement, connections },
    ownNamespaces,
    isOwed,
  };
}

type ToldNamespaces = (namespaces: ObservedKernel["namespaces"]) => void;

async function readNamespaces(
  askRoom: AskRoom,
  programs: ProgramReader,
  names: readonly string[],
  again: ObserveAgain | undefined,
  told: ToldNamespaces,
): Promise<Pick<ObservedKernel, "namespaces" | "unreadable" | "unlisted">> {
  const known = (name: string): ObservedNamespace | undefined => again?.known?.namespaces.get(name);
  const stale = new Map(
    names.flatMap((name) => {
      const asked = again?.stale.get(name) ?? [];
      const unknown = again === undefined ? allParts : allButConnections;
      const parts = new Set(known(name) === undefined ? [...unknown, ...asked] : asked);
      return parts.size === 0 ? [] : [[name, parts] as const];
    }),
  );
  const readWhole = new Map<string, ObservedNamespace | string>();
  for (const [name, parts] of stale) {
    const before = known(name);
    if (before !== undefined && isOfConnections(parts)) readWhole.set(name, before);
  }
  const waiting = slicesOf(new Map([...stale].filter(([name]) => !readWhole.has(name))));
  const worker = async (): Promise<void> => {
    for (let places = waiting.pop(); places !== undefined; places = waiting.pop()) {
      const read = await askRoom({ ask: "namespaces", places });
      const saved = await programs.saveIptables([...read].filter(isSaved).map(([name]) => name));
      for (const [name, parts] of read) {
        const before = known(name) ?? nothingIn(name);
        const whole = typeof parts === "string" ? parts : await withRules(programs.nft, before, parts, saved.get(name));
        if (whole !== undefined) readWhole.set(name, whole);
      }
      told(new Map([...readWhole].flatMap(([name, whole]) => (typeof whole === "string" ? [] : [[name, whole]]))));
    }
  };
  await Promise.all(Array.from({ length: readAtOnce }, worker));
  const listingMs = again === undefined ? Number.POSITIVE_INFINITY : longestListingMs;
  const listed = await listFlows(askRoom, stale, listingMs);
  for (const [name, flows] of listed) {
    const whole = readWhole.get(name);
    if (typeof whole === "object") readWhole.set(name, typeof flows === "string" ? flows : { ...whole, flows });
  }
  const isOwed = (name: string): boolean => known(name) === undefined || stale.get(name)?.has("connections") === true;
  const unlisted = new Set([...stale.keys()].filter((name) => isOwed(name) && !listed.has(name)));
  const namespaces = new Map<string, ObservedNamespace>();
  const unreadable = new Map<string, string>();
  for (const name of names) {
    const namespace = stale.has(name) ? readWhole.get(name) : known(name);
    if (typeof namespace === "string") unreadable.set(name, namespace);
    else if (namespace !== undefined) namespaces.set(name, namespace);
  }
  return { namespaces, unreadable, unlisted };
}

/** Connections come last: to list them may take the kernel longer than all else together. */
async function listFlows(askRoom: AskRoom, stale: Places, listingMs: number): Promise<RoomAnswers["flows"]> {
  const namespaces = [...stale].filter(([, parts]) => parts.has("connections")).map(([name]) => name);
  return namespaces.length === 0 ? new Map() : askRoom({ ask: "flows", namespaces, listingMs });
}

const isOfConnections = (parts: ReadonlySet<Part>): boolean => [...parts].every((part) => part === "connections");

function slicesOf(places: Places): Places[] {
  const all = [...places];
  const count = Math.ceil(all.length / sliceSize);
  return Array.from({ length: count }, (_, at) => new Map(all.slice(at * sliceSize, (at + 1) * sliceSize)));
}

const nothingIn = (name: string): ObservedNamespace => ({
  name,
  links: new Map(),
  routes: [],
  sysctls: new Map(),
  tables: new Map(),
  filter: new Map(),
  flows: [],
});

/** Whether iptables may have rules of ours there. */
const isSaved = ([name, parts]: readonly [string, ReadNamespace | string]): boolean =>
  name.startsWith(routerNamespacePrefix) &&
  typeof parts === "object" &&
  parts.rules !== undefined &&
  hasIptables(parts.rules);

/** Only a router's namespace has rules of ours.
 *  @param before what is not read anew.
 *  @returns a text: why it can't be read; undefined: it is gone. */
async function withRules(
  nft: NftRunner,
  before: ObservedNamespace,
  { rules: unread, ...parts }: ReadNamespace,
  saved: string | Error | undefined,
): Promise<ObservedNamespace | string | undefined> {
  const { name } = before;
  if (unread === undefined || !name.startsWith(routerNamespacePrefix)) return { ...before, ...parts };
  const rules = await unlessUnreadable(name, () => observeRules(nft, name, unread, saved));
  return typeof rules === "object" ? { ...before, ...parts, ...rules } : rules;
}
