import { routerNamespacePrefix } from "../../desired/device-names.ts";
import { nothingIn, type ObservedKernel, type ObservedNamespace } from "../../observed/observed-kernel.ts";
import type { ObserveAgain, Unhurried } from "../kernel.ts";
import { hasIptables, observeRules } from "../observe-filter.ts";
import { allButConnections, allParts, type Part, type Places } from "../places.ts";
import { unlessUnreadable } from "../unless-unreadable.ts";
import type { ReadNamespace } from "./observe/observe-namespace.ts";
import type { ProgramReader } from "./program-reader.ts";
import type { AskRoom, RoomAnswers } from "./room.ts";

/** As long as a look that is followed by others lists connections: whoever waits for the rest of it waits for them too. */
const longestListingMs = 10;
/** Namespaces are read by the slice: what comes of one is made out while the room reads the next ones. */
const sliceSize = 50;
/** Rules may have to be read by programs, so several at a time. */
const readAtOnce = 16;
/** So many that need not be read are read between two moments at which something more urgent may have come. */
const unhurriedSize = 4;

/** Told of all that were read so far. */
export type ToldNamespaces = (namespaces: ObservedKernel["namespaces"]) => void;

type Known = (name: string) => ObservedNamespace | undefined;

/** What is not stale stays the very value that it was.
 *  @param names of those that there are. */
export async function readNamespaces(
  askRoom: AskRoom,
  programs: ProgramReader,
  names: readonly string[],
  again: ObserveAgain | undefined,
  told: ToldNamespaces,
): Promise<Pick<ObservedKernel, "namespaces" | "unreadable" | "unlisted">> {
  const known: Known = (name) => again?.known?.namespaces.get(name);
  const stale = stalePlaces(names, again, known);
  const unhurried = [...(again?.unhurried?.rulesOf ?? [])].filter(
    (name) => known(name) !== undefined && stale.has(name),
  );
  const waiting = new Set(unhurried);
  const now = new Map([...stale].map(([name, parts]) => [name, waiting.has(name) ? without(rules, parts) : parts]));
  const reading = new Reading(askRoom, programs, known);
  for (const [name, parts] of now) if (isOfConnections(parts)) reading.keep(name);
  await reading.readAll(new Map([...now].filter(([, parts]) => !isOfConnections(parts))), told);
  const left = again?.unhurried === undefined ? [] : await reading.readWhileNobodyWaits(unhurried, again.unhurried);
  const isLeft = new Set(left);
  const listed = await listFlows(askRoom, new Map([...stale].filter(([name]) => !isLeft.has(name))), again);
  for (const [name, flows] of listed) {
    const whole = reading.read.get(name);
    if (typeof whole === "object") reading.read.set(name, typeof flows === "string" ? flows : { ...whole, flows });
  }
  const isOwed = (name: string): boolean => known(name) === undefined || stale.get(name)?.has("connections") === true;
  const unlisted = new Set([...stale.keys()].filter((name) => isOwed(name) && !listed.has(name) && !isLeft.has(name)));
  const namespaces = new Map<string, ObservedNamespace>();
  const unreadable = new Map<string, string>();
  for (const name of names) {
    const namespace = stale.has(name) ? reading.read.get(name) : known(name);
    if (typeof namespace === "string") unreadable.set(name, namespace);
    else if (namespace !== undefined) namespaces.set(name, namespace);
  }
  return { namespaces, unreadable, unlisted };
}

function stalePlaces(names: readonly string[], again: ObserveAgain | undefined, known: Known): Places {
  return new Map(
    names.flatMap((name) => {
      const asked = again?.stale.get(name) ?? [];
      const unknown = again === undefined ? allParts : allButConnections;
      const parts = new Set(known(name) === undefined ? [...unknown, ...asked] : asked);
      return parts.size === 0 ? [] : [[name, parts] as const];
    }),
  );
}

/** Namespaces as far as they are read. */
class Reading {
  /** A text: why it can't be read. What is gone is not among them. */
  readonly read = new Map<string, ObservedNamespace | string>();
  readonly #askRoom: AskRoom;
  readonly #programs: ProgramReader;
  readonly #known: Known;

  constructor(askRoom: AskRoom, programs: ProgramReader, known: Known) {
    this.#askRoom = askRoom;
    this.#programs = programs;
    this.#known = known;
  }

  /** It is as it is known. */
  keep(name: string): void {
    const before = this.#known(name);
    if (before !== undefined) this.read.set(name, before);
  }

  async readAll(places: Places, told: ToldNamespaces): Promise<void> {
    const waiting = slicesOf([...places], sliceSize);
    const worker = async (): Promise<void> => {
      for (let slice = waiting.pop(); slice !== undefined; slice = waiting.pop()) {
        await this.#readSlice(new Map(slice));
        told(new Map([...this.read].flatMap(([name, whole]) => (typeof whole === "string" ? [] : [[name, whole]]))));
      }
    };
    await Promise.all(Array.from({ length: readAtOnce }, worker));
  }

  /** Rules of some that may be left as they are known.
   *  @returns those that were left. */
  async readWhileNobodyWaits(names: readonly string[], { isWaitedFor, left }: Unhurried): Promise<readonly string[]> {
    for (let at = 0; at < names.length; at += unhurriedSize) {
      if (at > 0 && isWaitedFor()) {
        const rest = names.slice(at);
        for (const name of rest) left(name);
        return rest;
      }
      const standing = names.slice(at, at + unhurriedSize).filter((name) => typeof this.read.get(name) === "object");
      await this.#readSlice(new Map(standing.map((name) => [name, rules])));
    }
    return [];
  }

  async #readSlice(places: Places): Promise<void> {
    const read = await this.#askRoom({ ask: "namespaces", places });
    const saved = await this.#programs.saveIptables([...read].filter(isSaved).map(([name]) => name));
    for (const name of places.keys()) {
      const whole = await this.#wholeOf(name, read.get(name), saved.get(name));
      if (whole === undefined) this.read.delete(name);
      else this.read.set(name, whole);
    }
  }

  async #wholeOf(
    name: string,
    parts: ReadNamespace | string | undefined,
    saved: string | Error | undefined,
  ): Promise<ObservedNamespace | string | undefined> {
    if (typeof parts !== "object") return parts;
    const before = this.read.get(name);
    return withRules(
      this.#programs.nft,
      typeof before === "object" ? before : (this.#known(name) ?? nothingIn(name)),
      parts,
      saved,
    );
  }
}

/** Connections come last: to list them may take the kernel longer than all else together. */
async function listFlows(
  askRoom: AskRoom,
  stale: Places,
  again: ObserveAgain | undefined,
): Promise<RoomAnswers["flows"]> {
  const namespaces = [...stale].filter(([, parts]) => parts.has("connections")).map(([name]) => name);
  const listingMs = again === undefined ? Number.POSITIVE_INFINITY : longestListingMs;
  return namespaces.length === 0 ? new Map() : askRoom({ ask: "flows", namespaces, listingMs });
}

const rules: ReadonlySet<Part> = new Set(["rules"]);

const without = (some: ReadonlySet<Part>, parts: ReadonlySet<Part>): ReadonlySet<Part> =>
  new Set([...parts].filter((part) => !some.has(part)));

const isOfConnections = (parts: ReadonlySet<Part>): boolean => [...parts].every((part) => part === "connections");

function slicesOf<T>(all: readonly T[], size: number): T[][] {
  const count = Math.ceil(all.length / size);
  return Array.from({ length: count }, (_, at) => all.slice(at * size, (at + 1) * size));
}

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
  nft: ProgramReader["nft"],
  before: ObservedNamespace,
  { rules: unread, ...parts }: ReadNamespace,
  saved: string | Error | undefined,
): Promise<ObservedNamespace | string | undefined> {
  const { name } = before;
  if (unread === undefined || !name.startsWith(routerNamespacePrefix)) return { ...before, ...parts };
  const rules = await unlessUnreadable(name, () => observeRules(nft, name, unread, saved));
  return typeof rules === "object" ? { ...before, ...parts, ...rules } : rules;
}
