import { PersistentMap } from "@rhumbline/event-sourcing";
import { changedKeys, type Entries } from "./changed-keys.ts";

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

/** Who asked which map for what, besides for its own key. */
class Questions {
  readonly #askers = new Map<string, Set<string>>();
  readonly #asked = new Map<string, string[]>();
  #asker = "";

  begin(asker: string): void {
    this.#asker = asker;
    for (const question of this.#asked.get(asker) ?? []) {
      const askers = this.#askers.get(question);
      askers?.delete(asker);
      if (askers?.size === 0) this.#askers.delete(question);
    }
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
    return keys.flatMap((key) => [key, ...(this.#askers.get(`${at} ${key}`) ?? [])]);
  }

  #note(at: number, key: string): void {
    if (key === this.#asker) return;
    const question = `${at} ${key}`;
    const askers = this.#askers.get(question) ?? new Set();
    this.#askers.set(question, askers);
    if (askers.has(this.#asker)) return;
    askers.add(this.#asker);
    const asked = this.#asked.get(this.#asker) ?? [];
    this.#asked.set(this.#asker, asked);
    asked.push(question);
  }
}

export type Group<V> = ReadonlyMap<string, V>;

/** The entries of a map by the groups that they are in: made of the last groups, as `following`. A group in which nothing is
 *  otherwise is the very same. */
export function grouping<V>(
  groupsOf: (value: V, key: string) => Iterable<string>,
): (map: ReadonlyMap<string, V>) => ReadonlyMap<string, Group<V>> {
  let known: ReadonlyMap<string, V> = new Map();
  let groups = PersistentMap.empty<string, PersistentMap<string, V>>();
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
    const changed = [...changes].map(([group, entries]) => {
      const members = (groups.get(group) ?? PersistentMap.empty<string, V>()).withAll(entries);
      return [group, members.size === 0 ? undefined : members] as const;
    });
    groups = groups.withAll(changed);
    known = map;
    return groups;
  };
}

/** Entries made of the entries of a map, under keys of their own: made of the last ones, as `following`. Of two under one key
 *  that one counts which is made of the greater key. */
export function spreading<V, R>(
  entriesOf: (value: V, key: string) => Iterable<readonly [key: string, entry: R]>,
): (map: ReadonlyMap<string, V>) => PersistentMap<string, R> {
  const spread = following((key, map: Lookup<V>) => {
    const value = map.get(key);
    return value === undefined ? undefined : new Map(entriesOf(value, key));
  });
  const byKey = grouping((entries: ReadonlyMap<string, R>) => [...entries.keys()]);
  const entries = following((key, groups: Lookup<Group<ReadonlyMap<string, R>>>) => {
    const group = groups.get(key);
    return group && [...group.values()].at(-1)?.get(key);
  });
  return (map) => entries(byKey(spread(map)));
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
