import { PersistentMap } from "@rhumbline/event-sourcing";

export type Entries = ReadonlyMap<string, unknown>;

/** Keys that only one of the two maps has, or under which the other has another value. Of maps that share what they have in
 *  common it costs what changed. */
export function changedKeys(before: Entries, now: Entries): readonly string[] {
  if (before === now) return [];
  if (isPersistent(before) && isPersistent(now)) return now.changedSince(before);
  const changed: string[] = [];
  let kept = 0;
  for (const [key, value] of now) {
    const old = before.get(key);
    if (old !== undefined) kept += 1;
    if (old !== value) changed.push(key);
  }
  if (kept < before.size) for (const key of before.keys()) if (!now.has(key)) changed.push(key);
  return changed;
}

const isPersistent = (map: Entries): map is PersistentMap<string, unknown> => map instanceof PersistentMap;
