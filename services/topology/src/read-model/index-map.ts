import { SortedIds } from "@rhumbline/event-sourcing";

/** Ids of one kind of thing by an attribute of theirs. */
export type IndexMap = Map<string, SortedIds>;

/** Where a thing stands in the indexes: one key in each. */
export type Links = readonly (readonly [IndexMap, string])[];

export function link(id: string, links: Links): void {
  for (const [index, key] of links) {
    if (key === "") continue;
    const present = index.get(key);
    if (present === undefined) index.set(key, SortedIds.of(id));
    else present.add(id);
  }
}

export function unlink(id: string, links: Links): void {
  for (const [index, key] of links) {
    const left = index.get(key);
    left?.delete(id);
    if (left?.size === 0) index.delete(key);
  }
}

/** Takes a thing from where it stood to where it is to stand. */
export function relink(id: string, before: Links, after: Links): void {
  unlink(id, without(before, after));
  link(id, without(after, before));
}

const without = (links: Links, others: Links): Links =>
  links.filter(([index, key]) => !others.some(([other, itsKey]) => other === index && itsKey === key));

/** In the order of their ids. */
export const linked = (index: IndexMap, key: string): string[] => [...(index.get(key) ?? [])];
