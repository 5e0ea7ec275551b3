interface Difference<V> {
  readonly key: string;
  /** Undefined: it is not there. */
  readonly value: V | undefined;
  readonly newer: VersionedMap<V>;
}

/** A map that is never changed: `with` and `without` answer a new one, as those of PersistentMap do, and cost O(1). For large
 *  ones that are looked up by key and need no order.
 *  What is asked last holds all entries; each version made from it, or that it was made from, holds in what it differs from
 *  the next one (Baker, "Shallow binding makes functional arrays fast"). So asking a version costs as much as changes lie
 *  between it and the one asked before: none where a fold goes on from version to version. Whoever keeps a version keeps
 *  all that came since: each thing begins with a map of its own. */
export class VersionedMap<V> {
  #entries: Map<string, V> | undefined;
  #difference: Difference<V> | undefined;

  private constructor(entries: Map<string, V>) {
    this.#entries = entries;
  }

  static from<V>(entries: Iterable<readonly [string, V]> = []): VersionedMap<V> {
    return new VersionedMap(new Map(entries));
  }

  get size(): number {
    return this.#all().size;
  }

  get(key: string): V | undefined {
    return this.#all().get(key);
  }

  has(key: string): boolean {
    return this.#all().has(key);
  }

  /** In no order, as they are now. */
  entries(): [string, V][] {
    return [...this.#all()];
  }

  with(key: string, value: V): VersionedMap<V> {
    return this.#changed(key, value);
  }

  without(key: string): VersionedMap<V> {
    return this.has(key) ? this.#changed(key, undefined) : this;
  }

  #changed(key: string, value: V | undefined): VersionedMap<V> {
    const entries = this.#all();
    const before = entries.get(key);
    put(entries, key, value);
    const newer = new VersionedMap(entries);
    this.#entries = undefined;
    this.#difference = { key, value: before, newer };
    return newer;
  }

  /** The entries, which are this version's from here on. */
  #all(): Map<string, V> {
    if (this.#entries !== undefined) return this.#entries;
    const way: VersionedMap<V>[] = [];
    let newest: VersionedMap<V> = this;
    while (newest.#difference !== undefined) {
      way.push(newest);
      newest = newest.#difference.newer;
    }
    const entries = newest.#entries ?? new Map<string, V>();
    for (const version of way.reverse()) version.#takeFromNewer(entries);
    this.#entries = entries;
    return entries;
  }

  /** Makes the next newer one's entries this one's; that one holds the difference then. */
  #takeFromNewer(entries: Map<string, V>): void {
    if (this.#difference === undefined) return;
    const { key, value, newer } = this.#difference;
    newer.#difference = { key, value: entries.get(key), newer: this };
    newer.#entries = undefined;
    put(entries, key, value);
    this.#difference = undefined;
  }
}

function put<V>(entries: Map<string, V>, key: string, value: V | undefined): void {
  if (value === undefined) entries.delete(key);
  else entries.set(key, value);
}
