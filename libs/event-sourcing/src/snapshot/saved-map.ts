import { type ValueColumn, valuesIn } from "./value-column.ts";

/** Some hundred entries of a map as a snapshot holds them. */
export class SavedEntries {
  readonly keys: readonly string[];
  readonly column: ValueColumn;

  constructor(keys: readonly string[], column: ValueColumn) {
    this.keys = keys;
    this.column = column;
  }
}

/** A map out of a snapshot. A start pays for its keys alone: a value is decoded when somebody asks for it, together with those
 *  that were saved beside it. */
export class SavedMap<V> extends Map<string, V> {
  /** Stands under each of its keys in place of the value: every way to a value leads through #decoded. */
  setSaved(saved: SavedEntries): void {
    for (const key of saved.keys) super.set(key, saved as V);
  }

  override get(key: string): V | undefined {
    const held = super.get(key);
    return held instanceof SavedEntries ? this.#decoded(key, held) : held;
  }

  override *entries(): MapIterator<[string, V]> {
    for (const [key, held] of super.entries()) {
      yield [key, held instanceof SavedEntries ? this.#decoded(key, held) : held];
    }
  }

  override *values(): MapIterator<V> {
    for (const [, value] of this.entries()) yield value;
  }

  override [Symbol.iterator](): MapIterator<[string, V]> {
    return this.entries();
  }

  override forEach(each: (value: V, key: string, map: Map<string, V>) => void): void {
    for (const [key, value] of this.entries()) each(value, key, this);
  }

  /** All entries in their order. Those that nobody asked for or changed come as they were saved, under the first key of
   *  theirs. */
  *heldEntries(): Generator<readonly [string, V | SavedEntries]> {
    const standing = new Map<SavedEntries, number>();
    for (const held of super.values()) {
      if (held instanceof SavedEntries) standing.set(held, (standing.get(held) ?? 0) + 1);
    }
    for (const [key, held] of super.entries()) {
      if (!(held instanceof SavedEntries)) yield [key, held];
      else if (standing.get(held) !== held.keys.length) yield [key, this.#decoded(key, held)];
      else if (held.keys[0] === key) yield [key, held];
    }
  }

  #decoded(key: string, saved: SavedEntries): V {
    const values = valuesIn(saved.column) as readonly V[];
    let asked: V | undefined;
    for (const [i, value] of values.entries()) {
      const each = saved.keys[i] ?? "";
      // It may have been deleted since, or have another value.
      if (super.get(each) === saved) super.set(each, value);
      if (each === key) asked = value;
    }
    return asked as V;
  }
}
