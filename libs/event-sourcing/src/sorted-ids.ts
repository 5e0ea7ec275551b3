type Held = string | string[] | Set<string>;

const none: readonly string[] = [];

/** @param ids are the index's own from here on. */
const heldOf = (ids: string[]): Held => (ids.length === 1 ? (ids[0] ?? ids) : ids);

/** Ids in their order, changed in place: for the indexes of one fold. To add one costs a place in a list as long as nobody
 *  asked, which is all of a rebuild; a change costs O(1) afterwards. They are put in order when somebody reads, and then
 *  only those that came since. */
export class SortedIds implements Iterable<string> {
  /** The only one, as most indexes by an attribute have it. A list as they came, while they were only added: it may have some
   *  twice. A function: nobody asked for them yet. */
  #held: Held | (() => string[]);
  /** In order; those deleted since are still among them. */
  #sorted: readonly string[] = none;
  /** Not among the sorted yet; undefined: nobody has read, and none is. */
  #added: Set<string> | undefined;

  private constructor(held: Held | (() => string[])) {
    this.#held = held;
  }

  static from(ids: Iterable<string> = []): SortedIds {
    return new SortedIds(heldOf([...ids]));
  }

  static of(id: string): SortedIds {
    return new SortedIds(id);
  }

  /** @param read called once, when they are asked for or changed. */
  static later(read: () => string[]): SortedIds {
    return new SortedIds(read);
  }

  get size(): number {
    return this.#once().size;
  }

  /** Whoever adds the same again and again, and never asks, has it as often. */
  add(id: string): void {
    const ids = this.#read();
    if (typeof ids === "string") {
      this.#held = [ids, id];
      return;
    }
    if (Array.isArray(ids)) {
      ids.push(id);
      return;
    }
    const before = ids.size;
    ids.add(id);
    if (ids.size > before) this.#added?.add(id);
  }

  delete(id: string): void {
    this.#once().delete(id);
    this.#added?.delete(id);
  }

  /** In order; with an id those behind it, whether it is among them or not. */
  *after(id?: string): Generator<string> {
    const held = this.#read();
    if (typeof held === "string") {
      if (id === undefined || held > id) yield held;
      return;
    }
    const ids = this.#once();
    const sorted = this.#inOrder(ids);
    const first = id === undefined ? 0 : firstBehind(sorted, id);
    for (let at = first; at < sorted.length; at += 1) {
      const each = sorted[at];
      if (each !== undefined && ids.has(each)) yield each;
    }
  }

  [Symbol.iterator](): Iterator<string> {
    return this.after();
  }

  /** In no order, as they are now. */
  toArray(): string[] {
    const held = this.#read();
    // Not kept as a set: to save a snapshot asks every index.
    return typeof held === "string" ? [held] : [...new Set(held)];
  }

  #read(): Held {
    if (typeof this.#held === "function") this.#held = heldOf(this.#held());
    return this.#held;
  }

  #once(): Set<string> {
    const held = this.#read();
    const ids = held instanceof Set ? held : new Set(typeof held === "string" ? [held] : held);
    this.#held = ids;
    return ids;
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
