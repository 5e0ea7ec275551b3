import { routerNamespacePrefix } from "../../desired/device-names.ts";
import type { ObservedKernel, ObservedNamespace } from "../../observed/observed-kernel.ts";
import { type Kernel, knownNamespaces, type ObserveAgain } from "../kernel.ts";
import type { NamespaceRules } from "../process/observe.ts";
import { isNative } from "./native-kinds.ts";
import type { RoomAnswers, RoomQuestion } from "./room.ts";

/** Asks the thread that is in the room. */
export type AskRoom = <Q extends RoomQuestion>(question: Q) => Promise<RoomAnswers[Q["ask"]]>;

/** What the native driver leaves to programs to read. */
export interface ProgramReader {
  /** The rules of a router's namespace; a text: why they can't be read; undefined: it is gone. */
  readRules(netns: string): Promise<NamespaceRules | string | undefined>;
  readHelpers(): Promise<Pick<ObservedKernel, "helpers" | "confinement">>;
  /** The host's packet filter, and what it tracks. */
  readFilter(): Promise<Pick<ObservedKernel, "filter" | "connections">>;
}

/** Rules are read by programs, so several at a time. */
const readAtOnce = 4;

/** The kernel through rtnetlink, nfnetlink and /proc, in this process; rules and helpers through another driver. */
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
  const [host, filtering, helpers] = await Promise.all([
    askRoom({ ask: "host" }),
    programs.readFilter(),
    programs.readHelpers(),
  ]);
  return { kernel: { ...host.kernel, ...filtering, ...helpers }, ownNamespaces: host.ownNamespaces };
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
      const rules = typeof namespace === "string" ? namespace : await readRules(programs, name);
      if (typeof namespace !== "string" && typeof rules === "object") namespaces.set(name, { ...namespace, ...rules });
      else if (typeof rules === "string") unreadable.set(name, rules);
    }
  };
  await Promise.all(Array.from({ length: readAtOnce }, worker));
  return { namespaces, unreadable };
}

/** Only a router's namespace has rules of ours. */
const readRules = async (programs: ProgramReader, name: string): ReturnType<ProgramReader["readRules"]> =>
  name.startsWith(routerNamespacePrefix) ? programs.readRules(name) : { tables: new Map(), filter: new Map() };
