import { PersistentMap } from "@rhumbline/event-sourcing";
import { changedKeys, type Entries } from "./changed-keys.ts";

/** What follows from one or more maps, key by key: made of what followed from the last ones, and only where one of them says
 *  otherwise is it found out anew. The very same map while nothing else follows.
 *  @param entry must follow from what the maps have under the key alone; undefined: nothing does. */
export function following<M extends readonly Entries[], R>(
  entry: (key: string, ...maps: M) => R | undefined,
): (...maps: M) => PersistentMap<string, R> {
  let known: readonly Entries[] = [];
  let result = PersistentMap.empty<string, R>();
  return (...maps) => {
    const keys = new Set(maps.flatMap((map, at) => changedKeys(known[at] ?? none, map)));
    const entries = [...keys].map((key) => [key, entry(key, ...maps)] as const);
    result = result.withAll(entries.filter(([key, value]) => result.get(key) !== value));
    known = maps;
    return result;
  };
}

type Group<V> = PersistentMap<string, V>;

/** The entries of a map by the groups that they are in: made of the last groups, as `following`. A group in which nothing is
 *  otherwise is the very same. */
export function grouping<V>(
  groupsOf: (value: V, key: string) => readonly string[],
): (map: ReadonlyMap<string, V>) => PersistentMap<string, Group<V>> {
  let known: ReadonlyMap<string, V> = none as ReadonlyMap<string, V>;
  let groups = PersistentMap.empty<string, Group<V>>();
  return (map) => {
    const changes = new Map<string, [string, V | undefined][]>();
    const note = (value: V | undefined, key: string, stays: boolean): void => {
      for (const group of value === undefined ? [] : groupsOf(value, key)) {
        const others = changes.get(group) ?? [];
        changes.set(group, others);
        others.push([key, stays ? value : undefined]);
      }
    };
    for (const key of changedKeys(known, map)) {
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

/** What has a key, of things that have several each and share none: made of the last, as `following`. */
export function keyed<T extends object>(
  keysOf: (thing: T) => Iterable<string>,
): (things: readonly T[]) => PersistentMap<string, T> {
  let known: ReadonlySet<T> = new Set();
  let byKey = PersistentMap.empty<string, T>();
  return (things) => {
    const now = new Set(things);
    const gone = [...known].filter((thing) => !now.has(thing));
    const came = things.filter((thing) => !known.has(thing));
    byKey = byKey.withAll([
      ...gone.flatMap((thing) => [...keysOf(thing)].map((key) => [key, undefined] as const)),
      ...came.flatMap((thing) => [...keysOf(thing)].map((key) => [key, thing] as const)),
    ]);
    known = now;
    return byKey;
  };
}

const none: Entries = new Map();
