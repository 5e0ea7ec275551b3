/** Entries by key, changed in place; and, from when somebody first asks, the keys by what their values say. Until then an
 *  entry costs what it costs in one map: a fold of the log adds many, and asks for none. */
export class IndexedEntries<K extends string, V> {
  readonly byKey: Map<K, V>;
  #index: { readonly markOf: (value: V) => string; readonly keysByMark: Map<string, readonly K[]> } | undefined;

  constructor(entries: Iterable<readonly [K, V]>) {
    this.byKey = new Map(entries);
  }

  /** @param value undefined: the key goes. */
  put(key: K, value: V | undefined): void {
    if (this.#index !== undefined) this.#reindex(key, value);
    if (value === undefined) this.byKey.delete(key);
    else this.byKey.set(key, value);
  }

  /** The keys whose values have this mark, in no order.
   *  @param markOf always the same function: for another one the index is made anew. */
  keysWith(markOf: (value: V) => string, mark: string): readonly K[] {
    if (this.#index?.markOf !== markOf) {
      this.#index = { markOf, keysByMark: new Map() };
      for (const [key, value] of this.byKey) this.#add(key, markOf(value));
    }
    return this.#index.keysByMark.get(mark) ?? [];
  }

  #reindex(key: K, value: V | undefined): void {
    if (this.#index === undefined) return;
    const { markOf, keysByMark } = this.#index;
    const before = this.byKey.get(key);
    if (before !== undefined) {
      const mark = markOf(before);
      const left = (keysByMark.get(mark) ?? []).filter((each) => each !== key);
      if (left.length > 0) keysByMark.set(mark, left);
      else keysByMark.delete(mark);
    }
    if (value !== undefined) this.#add(key, markOf(value));
  }

  #add(key: K, mark: string): void {
    const present = this.#index?.keysByMark.get(mark);
    this.#index?.keysByMark.set(mark, present === undefined ? [key] : [...present, key]);
  }
}
