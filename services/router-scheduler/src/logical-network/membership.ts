import { SortedIds } from "@rhumbline/event-sourcing";

/** Sets by key; one that becomes empty goes. */
export type Membership = Map<string, SortedIds>;

export function addMember(sets: Membership, key: string, member: string): void {
  const present = sets.get(key);
  if (present === undefined) sets.set(key, SortedIds.of(member));
  else present.add(member);
}

export function dropMember(sets: Membership, key: string, member: string): void {
  const left = sets.get(key);
  left?.delete(member);
  if (left?.size === 0) sets.delete(key);
}

/** In the order of their ids. */
export function membersOf(sets: ReadonlyMap<string, SortedIds>, key: string): string[] {
  const members = sets.get(key);
  return members === undefined ? [] : [...members];
}
