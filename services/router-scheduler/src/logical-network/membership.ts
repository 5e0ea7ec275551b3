import { PersistentMap } from "@rhumbline/event-sourcing";

/** Sets by key; one that becomes empty goes. */
export type Membership = Map<string, PersistentMap<string, true>>;

export function addMember(sets: Membership, key: string, member: string): void {
  sets.set(key, (sets.get(key) ?? PersistentMap.empty<string, true>()).with(member, true));
}

export function dropMember(sets: Membership, key: string, member: string): void {
  const left = sets.get(key)?.without(member);
  if (left === undefined || left.size === 0) sets.delete(key);
  else sets.set(key, left);
}

export function membersOf(sets: ReadonlyMap<string, PersistentMap<string, true>>, key: string): string[] {
  return [...(sets.get(key)?.entries() ?? [])].map(([member]) => member);
}
