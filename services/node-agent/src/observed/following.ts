import { PersistentMap } from "@rhumbline/event-sourcing";
import { changedKeys, type Entries } from "./changed-keys.ts";
import { persistent } from "./persistent.ts";

/** A map that one asks for one entry at a time. */
export interface Lookup<V> {
  get(key: string): V | undefined;
  has(key: string): boolean;
}

type Lookups<V extends readonly unknown[]> = { readonly [At in keyof V]: Lookup<V[At]> };
type Maps<V extends readonly unknown[]> = { readonly [At in keyof V]: ReadonlyMap<string, V[At]> };

/** What follows from maps for each key of the first: made of what followed from the last ones, and only where a map says
 *  otherwise than an entry was told is that entry found out anew. The very same map while nothing else follows.
 *  @param entry must follow from what it asks the maps alone; undefined: nothing does. */
export function following<V extends readonly unknown[], R>(
  entry: (key: string, ...maps: Lookups<V>) => R | undefined,
): (...maps: Maps<V>) => PersistentMap<string, R> {
  let known: readonly Entries[] = [];
  let result = PersistentMap.empty<string, R>();
  let asked = new Questions();
  return (...maps) => {
    const keys = maps.flatMap((map, at) => asked.answeredOtherwise(at, changedKeys(known[at] ?? none, map)));
    if (keys.length === 0) {
      known = maps;
      return result;
    }
    const before = { result, asked };
    // Until all entries are found out.
    [known, result, asked] = [[], PersistentMap.empty(), new Questions()];
    const lookups = maps.map((map, at) => before.asked.noting(at, map)) as unknown as Lookups<V>;
    const changes = [...new Set(keys)].flatMap((key) => {
      before.asked.begin(key);
      const value = maps[0]?.has(key) ? entry(key, ...lookups) : undefined;
      return before.result.get(key) === value ? [] : [[key, value] as const];
    });
    [known, result, asked] = [maps, before.result.withAll(changes), before.asked];
    return result;
  };
}

/** A key that some map was asked for, besides by the entry of that key itself. */
interface Question {
  /** Mostly there is one. */
  askers: string | Set<string> | undefined;
  readonly key: string;
  readonly at: number;
}

class Questions {
  /** Of each map, by key. */
  readonly #of: Map<string, Question>[] = [];
  readonly #asked = new Map<string, Question[]>();
  #asker = "";

  begin(asker: string): void {
    this.#asker = asker;
    for (const question of this.#asked.get(asker) ?? [])
      if (!isStillAsked(question, asker)) this.#of[question.at]?.delete(question.key);
    this.#asked.delete(asker);
  }

  noting(at: number, map: Entries): Lookup<unknown> {
    return {
      get: (key) => {
        this.#note(at, key);
        return map.get(key);
      },
      has: (key) => {
        this.#note(at, key);
        return map.has(key);
      },
    };
  }

  /** The keys, and those of entries that asked for one of them. */
  answeredOtherwise(at: number, keys: readonly string[]): readonly string[] {
    const questions = this.#of[at];
    if (questions === undefined || questions.size === 0) return keys;
    return keys.flatMap((key) => [key, ...askersOf(questions.get(key))]);
  }

  #note(at: number, key: string): void {
    if (key === this.#asker) return;
    const question = this.#question(at, key);
    if (!isNewAsker(question, this.#asker)) return;
    const asked = this.#asked.get(this.#asker);
    if (asked === undefined) this.#asked.set(this.#asker, [question]);
    else asked.push(question);
  }

  #question(at: number, key: string): Question {
    const questions = this.#of[at] ?? new Map<string, Question>();
    this.#of[at] = questions;
    const known = questions.get(key);
    if (known !== undefined) return known;
    const question: Question = { at, key, askers: undefined };
    questions.set(key, question);
    return question;
  }
}

export type Group<V> = ReadonlyMap<string, V>;

function askersOf(question: Question | undefined): Iterable<string> {
  const askers = question?.askers ?? [];
  return typeof askers === "string" ? [askers] : askers;
}

/** Adds one, unless it is among them. */
function isNewAsker(question: Question, asker: string): boolean {
  const { askers } = question;
  if (askers === undefined) question.askers = asker;
  else if (askers === asker) return false;
  else if (typeof askers === "string") question.askers = new Set([askers, asker]);
  else if (askers.has(asker)) return false;
  else askers.add(asker);
  return true;
}

/** Once that one asks no more. */
function isStillAsked(question: Question, asker: string): boolean {
  const { askers } = question;
  if (typeof askers === "object") {
    askers.delete(asker);
    return askers.size > 0;
  }
  return askers !== asker;
}

/** The entries of a map by the groups that they are in: made of the last groups, as `following`. A group in which nothing is
 *  otherwise is the very same. */
export function grouping<V>(
  groupsOf: (value: V, key: string) => Iterable<string>,
): (map: ReadonlyMap<string, V>) => ReadonlyMap<string, Group<V>> {
  let known: ReadonlyMap<string, V> = new Map();
  let groups = PersistentMap.empty<string, Group<V>>();
  return (map) => {
    const keys = changedKeys(known, map);
    if (keys.length === 0) {
      known = map;
      return groups;
    }
    const changes = new Map<string, [string, V | undefined][]>();
    const note = (value: V | undefined, key: string, stays: boolean): void => {
      for (const group of value === undefined ? [] : groupsOf(value, key)) {
        const others = changes.get(group) ?? [];
        changes.set(group, others);
        others.push([key, stays ? value : undefined]);
      }
    };
    for (const key of keys) {
      note(known.get(key), key, false);
      note(map.get(key), key, true);
    }
    groups = groups.withAll([...changes].map(([group, entries]) => [group, groupWith(groups.get(group), entries)]));
    known = map;
    return groups;
  };
}

/** Most groups are small: a plain map of few is less to make than one that shares. */
const few = 8;

/** @returns undefined: nobody is left in it. */
function groupWith<V>(
  before: Group<V> = new Map(),
  changes: readonly (readonly [string, V | undefined])[],
): Group<V> | undefined {
  if (before.size + changes.length > few) {
    const members = persistent(before).withAll(changes);
    return members.size === 0 ? undefined : members;
  }
  const members = new Map(before);
  for (const [key, value] of changes) {
    if (value === undefined) members.delete(key);
    else members.set(key, value);
  }
  if (members.size < 2) return members.size === 0 ? undefined : members;
  return new Map([...members].sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** Entries made of the entries of a map, under keys of their own: made of the last ones, as `following`. Of two under one key
 *  that one counts which is made of the greater key. */
export function spreading<V, R>(
  entriesOf: (value: V, key: string) => Iterable<readonly [key: string, entry: R]>,
): (map: ReadonlyMap<string, V>) => PersistentMap<string, R> {
  let known: ReadonlyMap<string, V> = new Map();
  const made = new Map<string, ReadonlyMap<string, R>>();
  /** Of what the entries of a key were made, in order. */
  const makers = new Map<string, readonly string[]>();
  let entries = PersistentMap.empty<string, R>();
  const entryAt = (key: string): R | undefined => made.get(makers.get(key)?.at(-1) ?? "")?.get(key);
  return (map) => {
    const anew = changedKeys(known, map).map((maker) => {
      const value = map.get(maker);
      return [maker, value === undefined ? undefined : new Map(entriesOf(value, maker))] as const;
    });
    known = map;
    const keys = new Set<string>();
    for (const [maker, now] of anew) {
      for (const key of made.get(maker)?.keys() ?? []) {
        keys.add(key);
        if (now?.has(key) !== true) leave(makers, key, maker);
      }
      for (const key of now?.keys() ?? []) {
        keys.add(key);
        join(makers, key, maker);
      }
      if (now === undefined) made.delete(maker);
      else made.set(maker, now);
    }
    const changes = [...keys].map((key) => [key, entryAt(key)] as const);
    entries = entries.withAll(changes.filter(([key, entry]) => entries.get(key) !== entry));
    return entries;
  };
}

type Makers = Map<string, readonly string[]>;

function join(makers: Makers, key: string, maker: string): void {
  const others = makers.get(key);
  if (others === undefined) makers.set(key, [maker]);
  else if (!others.includes(maker)) makers.set(key, [...others, maker].sort());
}

function leave(makers: Makers, key: string, maker: string): void {
  const others = makers.get(key)?.filter((each) => each !== maker) ?? [];
  if (others.length === 0) makers.delete(key);
  else makers.set(key, others);
}

/** All entries of some maps: made of the last ones, as `following`. Of a key that several have, the last map counts. */
export function uniting<V>(): (...maps: readonly ReadonlyMap<string, V>[]) => PersistentMap<string, V> {
  let known: readonly ReadonlyMap<string, V>[] = [];
  let united = PersistentMap.empty<string, V>();
  return (...maps) => {
    const keys = new Set(maps.flatMap((map, at) => changedKeys(known[at] ?? none, map)));
    const entries = [...keys].map((key) => [key, maps.findLast((map) => map.has(key))?.get(key)] as const);
    united = united.withAll(entries.filter(([key, value]) => united.get(key) !== value));
    known = maps;
    return united;
  };
}

const none: Entries = new Map();
