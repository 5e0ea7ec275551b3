import { PersistentMap } from "@rhumbline/event-sourcing";

/** The map as one that shares with those made of it what they have in common: of a host's maps a plan changes tens of
 *  thousands of entries, one at a time, and what changed between two is found without going through them. */
export const persistent = <V>(map: ReadonlyMap<string, V>): PersistentMap<string, V> =>
  map instanceof PersistentMap ? (map as PersistentMap<string, V>) : PersistentMap.from(map);
