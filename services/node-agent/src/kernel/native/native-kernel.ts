import { routerNamespacePrefix } from "../../desired/device-names.ts";
import type { ObservedKernel, ObservedNamespace } from "../../observed/observed-kernel.ts";
import { type Kernel, knownNamespaces, type ObserveAgain } from "../kernel.ts";
import type { NftRunner } from "../nft.ts";
import { observeFilter, observeRules, type ReadIptables } from "../observe-filter.ts";
import { unlessUnreadable } from "../unless-unreadable.ts";
import { isNative } from "./native-kinds.ts";
import type { NamespaceWithoutRules } from "./observe/observe-namespace.ts";
import type { RoomAnswers, RoomQuestion } from "./room.ts";

/** Asks the thread that is in the room. */
export type AskRoom = <Q extends RoomQuestion>(question: Q) => Promise<RoomAnswers[Q["ask"]]>;

/** What the native driver leaves to others to read. */
export interface ProgramReader {
  /** nft, in any way that it can be had. */
  readonly nft: NftRunner;
  /** What iptables-save prints there. @throws Error in its words. */
  saveIptables(netns: string): Promise<string>;
  readonly readIptables: ReadIptables;
}

/** Rules are read by programs, so several at a time. */
const readAtOnce = 4;

/** The kernel through rtnetlink, nfnetlink and /proc, in this process; iptables and helpers through another driver. */
export function nativeKernel(askRoom: AskRoom, programs: ProgramReader, others: Kernel): Kernel {
  return {
    observe: async (again) => {
      const { kernel, ownNamespaces } = await readHost(askRoom, programs, again);
      const known = (name: string): ObservedNamespace | undefined =>
        again?.stale.has(name) === false ? again.known.namespaces.get(name) : undefined;
      const unread = ownNamespaces.filter((name) => known(name) === undefined);
      const { namespaces: read, unreadable } = await readNamespaces(askRoom, programs, unread);
      const namespaces = new Map<string, ObservedNamespace>();
      for (const name of ownNamespaces) {
        const namespace = known(name) ?? read.get(name);
        if (namespace !== undefined) namespaces.set(name, namespace);
      }
      return { ...kernel, namespaces, unreadable };
    },
    batchName: (operation) => (isNative(operation) ? "native" : others.batchName(operation)),
    execute: async (batch) => {
      const [first] = batch;
      if (first === undefined) return { done: 0, error: undefined };
      return isNative(first) ? askRoom({ ask: "execute", batch: batch.filter(isNative) }) : others.execute(batch);
    },
  };
}

interface Host {
  readonly kernel: Omit<ObservedKernel, "namespaces" | "unreadable">;
  readonly ownNamespaces: readonly string[];
}

async function readHost(askRoom: AskRoom, programs: ProgramReader, again: ObserveAgain | undefined): Promise<Host> {
  if (again?.stale.has("") === false) return { kernel: again.known, ownNamespaces: knownNamespaces(again.known) };
  const [host, filtering] = await Promise.all([
    askRoom({ ask: "host" }),
    observeFilter(programs.nft, async () => [...(await askRoom({ ask: "connections" }))], programs.readIptables),
  ]);
  return { kernel: { ...host.kernel, ...filtering }, ownNamespaces: host.ownNamespaces };
}

async function readNamespaces(
  askRoom: AskRoom,
  programs: ProgramReader,
  names: readonly string[],
): Promise<Pick<ObservedKernel, "namespaces" | "unreadable">> {
  const namespaces = new Map<string, ObservedNamespace>();
  const unreadable = new Map<string, string>();
  if (names.length === 0) return { namespaces, unreadable };
  const read = await askRoom({ ask: "namespaces", names });
  const waiting = [...read];
  const worker = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const [name, namespace] = next;
      const rules = typeof namespace === "string" ? namespace : await readRules(programs, namespace);
      if (typeof namespace !== "string" && typeof rules === "object") namespaces.set(name, whole(namespace, rules));
      else if (typeof rules === "string") unreadable.set(name, rules);
    }
  };
  await Promise.all(Array.from({ length: readAtOnce }, worker));
  return { namespaces, unreadable };
}

function whole(
  { hasOldTables: _, ...namespace }: NamespaceWithoutRules,
  rules: Pick<ObservedNamespace, "tables" | "filter">,
): ObservedNamespace {
  return { ...namespace, ...rules };
}

/** Only a router's namespace has rules of ours. */
const readRules = async (
  programs: ProgramReader,
  { name, hasOldTables }: NamespaceWithoutRules,
): Promise<Pick<ObservedNamespace, "tables" | "filter"> | string | undefined> =>
  name.startsWith(routerNamespacePrefix)
    ? unlessUnreadable(name, () => observeRules(programs, name, hasOldTables))
    : { tables: new Map(), filter: new Map() };
