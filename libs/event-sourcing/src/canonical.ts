import { PersistentMap } from "./persistent-map.ts";
import { SortedIds } from "./sorted-ids.ts";
import { VersionedMap } from "./versioned-map.ts";

/** A state as lines of text, one for each entry of each of its collections, sorted: equal states have equal text,
 *  whatever the order in which they came to be. */
export function canonicalLines(state: object): string[] {
  const lines: string[] = [];
  for (const [name, collection] of Object.entries(state)) {
    if (collection instanceof Map || collection instanceof PersistentMap) {
      for (const [key, value] of collection.entries()) lines.push(`${name}.${String(key)} = ${canonicalText(value)}`);
    } else lines.push(`${name} = ${canonicalText(collection)}`);
  }
  return lines.sort();
}

/** JSON with sorted keys, for values that JSON has no form for too. */
export function canonicalText(value: unknown): string {
  return JSON.stringify(canonical(value)) ?? "undefined";
}

/** Whether both have the same canonical text, mostly without writing it: what is one object is the same at once. */
export function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  // Most often asked of what is new: nothing else has its text.
  if (a === undefined || b === undefined) return false;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((each, i) => isSame(each, b[i]));
  if (!isRecord(a) || !isRecord(b)) return canonicalText(a) === canonicalText(b);
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) => isSame(a[key], b[key]));
}

/** An object of fields, and nothing else. */
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;

function canonical(value: unknown): unknown {
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Set) return { set: [...value].map(canonicalText).sort() };
  if (value instanceof Map || value instanceof PersistentMap || value instanceof VersionedMap) {
    return { map: [...value.entries()].map(([k, v]) => `${String(k)}: ${canonicalText(v)}`).sort() };
  }
  if (value instanceof SortedIds) return [...value];
  if (Array.isArray(value)) return value.map(canonical);
  const sorted = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([key, v]) => [key, canonical(v)]));
}
