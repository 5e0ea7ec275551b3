import { createRequire } from "node:module";
import type btree from "sorted-btree";
import type bulk from "sorted-btree/extended/bulkLoad.js";
import type diff from "sorted-btree/extended/diffAgainst.js";

// The package is CommonJS with an ES default export, which each runner unwraps in its own way: require has only one.
const require = createRequire(import.meta.url);
const { bulkLoad } = require("sorted-btree/extended/bulkLoad.js") as typeof bulk;
const { default: diffAgainst } = require("sorted-btree/extended/diffAgainst.js") as typeof diff;
type Tree<K, V> = btree.default<K, V>;

/** The package's own looks at each key's type first: here the keys of one map are of one. */
const compare = <K extends string | number>(a: K, b: K): number => (a < b ? -1 : a > b ? 1 : 0);

const nodeSize = 32;

/** Of entries of one key the last counts, and one with the value undefined is none. */
function treeOf<K extends string | number, V>(entries: readonly (readonly [K, V | undefined])[]): Tree<K, V> {
  const keys: K[] = [];
  const values: V[] = [];
  for (const [key, value] of isInKeyOrder(entries) ? entries : entries.toSorted(([a], [b]) => compare(a, b))) {
    if (key === keys.at(-1)) {
      keys.pop();
      values.pop();
    }
    if (value === undefined) continue;
    keys.push(key);
    values.push(value);
  }
  return bulkLoad(keys, values, nodeSize, compare);
}

function isInKeyOrder<K extends string | number>(entries: readonly (readonly [K, unknown])[]): boolean {
  let last: K | undefined;
  for (const [key] of entries) {
    if (last !== undefined && key < last) return false;
    last = key;
  }
  return true;
}

/** How one map was made of another by `withAll`, and that one of another still. */
interface Edit<K> {
  /** The number of the map that it was made of: kept by its number, that one can go. */
  readonly of: number;
  readonly keys: readonly K[];
  readonly earlier: Edit<K> | undefined;
  readonly depth: number;
}

/** Edits that are kept, and changes of one: between maps that lie further apart what they share is looked for. */
const mostEdits = 64;
const mostKeys = 64;
let maps = 0;

/** A map that is never changed: `with` and `without` answer a new one that shares its nodes with the old.
 *  For collections inside an aggregate that grow with use; each change costs O(log n). */
export class PersistentMap<K extends string | number, V> implements ReadonlyMap<K, V> {
  readonly #tree: Tree<K, V>;
  readonly #number: number;
  readonly #edit: Edit<K> | undefined;

  private constructor(tree: Tree<K, V>, edit?: Edit<K>) {
    this.#tree = tree;
    this.#edit = edit;
    maps += 1;
    this.#number = maps;
  }

  static empty<K extends string | number, V>(): PersistentMap<K, V> {
    return new PersistentMap(treeOf<K, V>([]));
  }

  static from<K extends string | number, V>(entries: Iterable<readonly [K, V]>): PersistentMap<K, V> {
    return new PersistentMap(treeOf([...entries]));
  }

  get size(): number {
    return this.#tree.size;
  }

  get(key: K): V | undefined {
    return this.#tree.get(key);
  }

  has(key: K): boolean {
    return this.#tree.has(key);
  }

  /** The entry with the smallest key that is not below `key`; without a key, the first of all. */
  firstFrom(key?: K): readonly [K, V] | undefined {
    for (const [k, v] of this.#tree.entries(key)) return [k, v];
    return undefined;
  }

  /** In key order, as everything that goes through the map. */
  entries(): MapIterator<[K, V]> {
    return this.#tree.entries() as MapIterator<[K, V]>;
  }

  keys(): MapIterator<K> {
    return this.#tree.keys() as MapIterator<K>;
  }

  values(): MapIterator<V> {
    return this.#tree.values() as MapIterator<V>;
  }

  [Symbol.iterator](): MapIterator<[K, V]> {
    return this.entries();
  }

  forEach(each: (value: V, key: K, map: ReadonlyMap<K, V>) => void): void {
    for (const [key, value] of this.entries()) each(value, key, this);
  }

  with(key: K, value: V): PersistentMap<K, V> {
    const tree = this.#tree.clone();
    tree.set(key, value);
    return new PersistentMap(tree);
  }

  without(key: K): PersistentMap<K, V> {
    const tree = this.#tree.clone();
    tree.delete(key);
    return new PersistentMap(tree);
  }

  /** After many changes, in their order: a key with the value undefined goes. Far less work than one after the other, and
   *  `changedSince` knows what they were.
   *  @returns the very same map where there are none. */
  withAll(changes: readonly (readonly [K, V | undefined])[]): PersistentMap<K, V> {
    if (changes.length === 0) return this;
    if (this.size === 0) return new PersistentMap(treeOf(changes), this.#editBy(changes));
    const tree = this.#tree.clone();
    for (const [key, value] of changes) {
      if (value === undefined) tree.delete(key);
      else tree.set(key, value);
    }
    return new PersistentMap(tree, this.#editBy(changes));
  }

  /** Keys that only one of the two maps has, or under which the other has another value, in no order. Where one was made of the
   *  other a moment ago, only what was changed is gone through; else all but what they share. */
  changedSince(before: PersistentMap<K, V>): K[] {
    const edited = this.#editedSince(before) ?? before.#editedSince(this);
    if (edited !== undefined) return [...edited].filter((key) => before.get(key) !== this.get(key));
    const changed: K[] = [];
    const note = (key: K): void => {
      changed.push(key);
    };
    diffAgainst(before.#tree, this.#tree, note, note, note);
    return changed;
  }

  #editBy(changes: readonly (readonly [K, unknown])[]): Edit<K> | undefined {
    if (changes.length > mostKeys) return undefined;
    const earlier = this.#edit !== undefined && this.#edit.depth < mostEdits ? this.#edit : undefined;
    return { of: this.#number, keys: changes.map(([key]) => key), earlier, depth: (earlier?.depth ?? 0) + 1 };
  }

  /** @returns undefined: it is not known to be made of that one. */
  #editedSince(before: PersistentMap<K, V>): Set<K> | undefined {
    const keys = new Set<K>();
    for (let edit = this.#edit; edit !== undefined; edit = edit.earlier) {
      for (const key of edit.keys) keys.add(key);
      if (edit.of === before.#number) return keys;
      // Numbers only grow: what is made later is not what this was made of.
      if (edit.of < before.#number) return undefined;
    }
    return undefined;
  }
}
