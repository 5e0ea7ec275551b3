import { IndexedEntries } from "./indexed-entries.ts";

interface Difference<K extends string, V> {
  readonly key: K;
  /** Undefined: it is not there. */
  readonly value: V | undefined;
  readonly newer: VersionedMap<K, V>;
}

/** A map that is never changed: `with` and `without` answer a new one, as those of PersistentMap do, and cost O(1). For large
 *  ones that are looked up by key and need no order.
 *  What is asked last holds all entries; each version made from it, or that it was made from, holds in what it differs from
 *  the next one (Baker, "Shallow binding makes functional arrays fast"). So asking a version costs as much as changes lie
 *  between it and the one asked before: none where a fold goes on from version to version. Whoever keeps a version keeps
 *  all that came since: each thing begins with a map of its own. */
export class VersionedMap<K extends string, V> {
  #entries: IndexedEntries<K, V> | undefined;
  #difference: Difference<K, V> | undefined;

  private constructor(entries: IndexedEntries<K, V>) {
    this.#entries = entries;
  }

  static from<K extends string, V>(entries: Iterable<readonly [K, V]> = []): VersionedMap<K, V> {
    return new VersionedMap(new IndexedEntries(entries));
  }

  get size(): number {
    return this.#all().byKey.size;
  }

  get(key: K): V | undefined {
    return this.#all().byKey.get(key);
  }

  has(key: K): boolean {
    return this.#all().byKey.has(key);
  }

  /** In no order, as they are now. */
  entries(): [K, V][] {
    return [...this.#all().byKey];
  }

  /** The keys whose values have this mark, in no order. Who asks first pays for an index of all of them, which all versions
   *  share and each change keeps.
   *  @param markOf always the same function. */
  keysWith(markOf: (value: V) => string, mark: string): readonly K[] {
    return this.#all().keysWith(markOf, mark);
  }

  with(key: K, value: V): VersionedMap<K, V> {
    return this.#changed(key, value);
  }

  without(key: K): VersionedMap<K, V> {
    return this.has(key) ? this.#changed(key, undefined) : this;
  }

  /** The keys under which this version and an older one may hold other values: as many steps as changes were made in
   *  between. Undefined: this one was not made from that one. */
  changedSince(older: VersionedMap<K, V>): Set<K> | undefined {
    // From here on every version's way of differences leads to this one.
    this.#all();
    const keys = new Set<K>();
    for (let version = older; version !== this; ) {
      if (version.#difference === undefined) return undefined;
      keys.add(version.#difference.key);
      version = version.#difference.newer;
    }
    return keys;
  }

  #changed(key: K, value: V | undefined): VersionedMap<K, V> {
    const entries = this.#all();
    const before = entries.byKey.get(key);
    entries.put(key, value);
    const newer = new VersionedMap(entries);
    this.#entries = undefined;
    this.#difference = { key, value: before, newer };
    return newer;
  }

  /** The entries, which are this version's from here on. */
  #all(): IndexedEntries<K, V> {
    if (this.#entries !== undefined) return this.#entries;
    const way: VersionedMap<K, V>[] = [];
    let newest: VersionedMap<K, V> = this;
    while (newest.#difference !== undefined) {
      way.push(newest);
      newest = newest.#difference.newer;
    }
    const entries = newest.#entries ?? new IndexedEntries<K, V>([]);
    for (const version of way.reverse()) version.#takeFromNewer(entries);
    this.#entries = entries;
    return entries;
  }

  /** Makes the next newer one's entries this one's; that one holds the difference then. */
  #takeFromNewer(entries: IndexedEntries<K, V>): void {
    if (this.#difference === undefined) return;
    const { key, value, newer } = this.#difference;
    newer.#difference = { key, value: entries.byKey.get(key), newer: this };
    newer.#entries = undefined;
    entries.put(key, value);
    this.#difference = undefined;
  }
}
