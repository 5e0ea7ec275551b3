/** Ids in their order, changed in place: for the indexes of one fold. A change costs O(1); they are put in order when
 *  somebody reads, and then only those that came since. */
export class SortedIds implements Iterable<string> {
  /** A single one is kept without a set: most indexes by an attribute hold one id a key. */
  #ids: Set<string> | string;
  /** In order; those deleted since are still among them. */
  #sorted: readonly string[] = [];
  /** Not among the sorted yet; undefined: nobody has read, and none is. */
  #added: Set<string> | undefined;

  private constructor(ids: Set<string> | string) {
    this.#ids = ids;
  }

  static from(ids: Iterable<string> = []): SortedIds {
    return new SortedIds(new Set(ids));
  }

  static of(id: string): SortedIds {
    return new SortedIds(id);
  }

  get size(): number {
    return typeof this.#ids === "string" ? 1 : this.#ids.size;
  }

  add(id: string): void {
    if (this.#ids === id) return;
    const ids = this.#set();
    const before = ids.size;
    ids.add(id);
    if (ids.size > before) this.#added?.add(id);
  }

  delete(id: string): void {
    if (typeof this.#ids === "string" && this.#ids !== id) return;
    this.#set().delete(id);
    this.#added?.delete(id);
  }

  /** In order; with an id those behind it, whether it is among them or not. */
  *after(id?: string): Generator<string> {
    if (typeof this.#ids === "string") {
      if (id === undefined || this.#ids > id) yield this.#ids;
      return;
    }
    const sorted = this.#inOrder(this.#ids);
    const first = id === undefined ? 0 : firstBehind(sorted, id);
    for (let at = first; at < sorted.length; at += 1) {
      const each = sorted[at];
      if (each !== undefined && this.#ids.has(each)) yield each;
    }
  }

  [Symbol.iterator](): Iterator<string> {
    return this.after();
  }

  /** In no order, as they are now. */
  toArray(): string[] {
    return typeof this.#ids === "string" ? [this.#ids] : [...this.#ids];
  }

  #set(): Set<string> {
    if (typeof this.#ids === "string") this.#ids = new Set([this.#ids]);
    return this.#ids;
  }

  #inOrder(ids: Set<string>): readonly string[] {
    if (this.#added?.size === 0) return this.#sorted;
    const added = [...(this.#added ?? ids)].sort();
    this.#sorted = merged(this.#sorted, added, ids);
    this.#added = new Set();
    return this.#sorted;
  }
}

/** Two lists in order made one, each id once; of the first those that are still there. */
function merged(before: readonly string[], added: readonly string[], present: ReadonlySet<string>): string[] {
  const all: string[] = [];
  let next = 0;
  for (const id of before) {
    for (let each = added[next]; each !== undefined && each <= id; each = added[next]) {
      all.push(each);
      next += 1;
    }
    if (all.at(-1) !== id && present.has(id)) all.push(id);
  }
  return all.concat(added.slice(next));
}

function firstBehind(sorted: readonly string[], id: string): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? "") <= id) low = middle + 1;
    else high = middle;
  }
  return low;
}
