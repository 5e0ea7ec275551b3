import { PersistentMap } from "@rhumbline/event-sourcing";

/** Ids of one kind of thing by an attribute of theirs. Its values are replaced, never changed: a snapshot may be reading them. */
export type IndexMap = Map<string, PersistentMap<string, true>>;

/** Where a thing stands in the indexes: one key in each. */
export type Links = readonly (readonly [IndexMap, string])[];

export function link(id: string, links: Links): void {
  for (const [index, key] of links) {
    if (key !== "") index.set(key, (index.get(key) ?? PersistentMap.empty<string, true>()).with(id, true));
  }
}

export function unlink(id: string, links: Links): void {
  for (const [index, key] of links) {
    const left = index.get(key)?.without(id);
    if (left === undefined || left.size === 0) index.delete(key);
    else index.set(key, left);
  }
}

/** In the order of their ids. */
export const linked = (index: IndexMap, key: string): string[] =>
  [...(index.get(key)?.entries() ?? [])].map(([id]) => id);
