import { deserialize, serialize } from "node:v8";
import type { FoldImage } from "../fold.ts";
import { SortedIds } from "../sorted-ids.ts";
import { weightOf } from "./packed.ts";
import { SavedEntries, SavedMap } from "./saved-map.ts";
import { columnOf, columnOfIds, indexIn, type ValueColumn, valuesIn } from "./value-column.ts";

/** How much is decoded at once: whoever asks first waits for that, less than a millisecond. */
const weightOfSlice = 256;

/** Some values of one of an image's collections. */
interface Slice {
  readonly collection: string;
  /** Of a map's entries; undefined: the one value is the collection. */
  readonly keys: readonly string[] | undefined;
  readonly column: ValueColumn;
}

/** What is in an image beside its state. */
const ownPrefix = "@";

/** An image in slices of bytes, which are made one at a time later, of what it holds now: maps are copied shallowly, for
 *  aggregates are never changed in place. Indexes are changed in place, and copied too. */
export function slicesOf<S extends object>({ state, ...own }: FoldImage<S>): Iterable<Buffer> {
  const { revisions, writers, requests, ...rest } = own;
  const copies = [
    ...Object.entries({ rest, revisions, writers, requests }).map(([name, value]) => copyOf(ownPrefix + name, value)),
    ...Object.entries(state).map(([name, value]) => copyOf(name, value)),
  ];
  return serialised(copies);
}

function* serialised(copies: readonly Copy[]): Generator<Buffer> {
  for (const copy of copies) for (const slice of slicesOfCopy(copy)) yield serialize(slice);
}

interface Copy {
  readonly collection: string;
  readonly keys: readonly string[] | undefined;
  readonly values: readonly unknown[];
  /** The values are indexes, each as its ids. */
  readonly isIndex: boolean;
}

function copyOf(collection: string, value: unknown): Copy {
  if (value instanceof SortedIds) return { collection, keys: undefined, values: [value.toArray()], isIndex: true };
  if (!(value instanceof Map)) return { collection, keys: undefined, values: [value], isIndex: false };
  const keys: string[] = [];
  const values: unknown[] = [];
  let isIndex = false;
  for (const [key, held] of value instanceof SavedMap ? value.heldEntries() : value) {
    isIndex ||= held instanceof SortedIds;
    keys.push(key);
    values.push(held instanceof SortedIds ? held.toArray() : held);
  }
  return { collection, keys, values, isIndex };
}

function* slicesOfCopy({ collection, keys, values, isIndex }: Copy): Generator<Slice> {
  let first = 0;
  let weight = 0;
  const sliceTo = (end: number): Slice[] => {
    const some = values.slice(first, end);
    const column = isIndex ? columnOfIds(some as string[][]) : columnOf(some);
    const slices = some.length === 0 ? [] : [{ collection, keys: keys?.slice(first, end), column }];
    first = end;
    weight = 0;
    return slices;
  };
  for (const [i, value] of values.entries()) {
    if (value instanceof SavedEntries) {
      yield* sliceTo(i);
      yield { collection, ...value };
      first = i + 1;
      continue;
    }
    weight += isIndex ? (value as string[]).length : weightOf(value);
    if (weight >= weightOfSlice) yield* sliceTo(i + 1);
  }
  yield* sliceTo(values.length);
}

/** @param state a new one, whose collections the image's take the place of. */
export function imageOf<S extends object>(slices: readonly Buffer[], state: S): FoldImage<S> {
  const collections = new Map<string, unknown>();
  for (const bytes of slices) {
    const { collection, keys, column } = deserialize(bytes) as Slice;
    if (keys === undefined) collections.set(collection, valueIn(column));
    else mapOf(collections, collection).setSaved(new SavedEntries(keys, column));
  }
  for (const name of Object.keys(state)) {
    if (collections.has(name)) Object.assign(state, { [name]: collections.get(name) });
  }
  const rest = collections.get(`${ownPrefix}rest`) as Pick<FoldImage<S>, "lastEvent" | "timeMs">;
  const own = (name: "revisions" | "writers" | "requests") => mapOf(collections, ownPrefix + name) as never;
  return { ...rest, state, revisions: own("revisions"), writers: own("writers"), requests: own("requests") };
}

const valueIn = (column: ValueColumn): unknown => (column.form === "ids" ? indexIn(column) : valuesIn(column)[0]);

function mapOf(collections: Map<string, unknown>, name: string): SavedMap<unknown> {
  const present = collections.get(name);
  if (present instanceof SavedMap) return present;
  const map = new SavedMap<unknown>();
  collections.set(name, map);
  return map;
}
