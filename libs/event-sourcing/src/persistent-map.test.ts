import fc from "fast-check";
import { expect, test } from "vitest";
import { PersistentMap } from "./persistent-map.ts";

const change = fc.tuple(fc.integer({ min: 0, max: 300 }), fc.option(fc.integer(), { nil: undefined }));
/** As many as make a tree of several levels, too. */
const changes = fc.array(change, { maxLength: 600, size: "max" });

test("many changes at once lead where they lead one after the other, and leave the map that they are made to as it was", () => {
  fc.assert(
    fc.property(changes, changes, (first, then) => {
      const before = PersistentMap.empty<number, number>().withAll(first);
      const entries = [...before];
      const after = before.withAll(then);
      expect([...before]).toEqual(entries);
      expect([...after]).toEqual([...oneByOne(before, then)]);
      expect(after.size).toBe([...after].length);
    }),
  );
});

test("it has the keys that it goes through, and no other, below the first and above the last either", () => {
  fc.assert(
    fc.property(changes, (first) => {
      const map = PersistentMap.empty<number, number>().withAll(first);
      const keys = new Set(map.keys());
      for (let key = -1; key <= 301; key += 1) {
        expect(map.has(key)).toBe(keys.has(key));
        if (!keys.has(key)) expect(map.get(key)).toBe(undefined);
      }
    }),
  );
});

test("no changes give the very same map", () => {
  const map = PersistentMap.from([["a", 1]]);
  expect(map.withAll([])).toBe(map);
});

test("between any two maps, made of each other or not, exactly the keys with other values have changed", () => {
  fc.assert(
    fc.property(changes, changes, fc.boolean(), (first, then, areRelated) => {
      const before = PersistentMap.empty<number, number>().withAll(first);
      const after = (areRelated ? before : PersistentMap.empty<number, number>()).withAll(then);
      expect(after.changedSince(before).toSorted(ascending)).toEqual(keysBetween(before, after));
      expect(before.changedSince(after).toSorted(ascending)).toEqual(keysBetween(before, after));
    }),
  );
});

test("over many small changes it is known what changed, and what was changed back has not", () => {
  fc.assert(
    fc.property(fc.array(fc.array(change, { maxLength: 4 }), { maxLength: 200 }), fc.nat(), (edits, from) => {
      const made = [first];
      for (const edit of edits) made.push((made.at(-1) ?? first).withAll(edit));
      const [before, after] = [made[from % made.length] ?? first, made.at(-1) ?? first];
      expect(after.changedSince(before).toSorted(ascending)).toEqual(keysBetween(before, after));
      expect(before.changedSince(after).toSorted(ascending)).toEqual(keysBetween(before, after));
    }),
  );
});

const first = PersistentMap.from<number, number>(Array.from({ length: 300 }, (_, key) => [key, 0] as const));

const ascending = (a: number, b: number): number => a - b;

const keysBetween = (one: PersistentMap<number, number>, other: PersistentMap<number, number>): number[] =>
  [...new Set([...one.keys(), ...other.keys()])].filter((key) => one.get(key) !== other.get(key)).sort(ascending);

function oneByOne(
  before: PersistentMap<number, number>,
  changed: readonly (readonly [number, number | undefined])[],
): PersistentMap<number, number> {
  return changed.reduce((map, [key, value]) => (value === undefined ? map.without(key) : map.with(key, value)), before);
}

test("what two maps share is not gone through to find what changed", () => {
  const keys = Array.from({ length: 100_000 }, (_, at) => at);
  const before = PersistentMap.from(keys.map((at) => [at, at] as const));
  const after = before.with(50_000, 0).with(100_000, 1).without(7);
  expect(comparedBy(() => after.changedSince(before), [7, 50_000, 100_000])).toBeLessThan(500);
});

test("what was changed a moment ago is known without a look at the rest", () => {
  const before = PersistentMap.from(Array.from({ length: 100_000 }, (_, at) => [at, at] as const));
  const after = before.withAll([[50_000, 0]]).withAll([
    [7, undefined],
    [50_000, 1],
  ]);
  expect(comparedBy(() => after.changedSince(before), [7, 50_000])).toBe(0);
});

/** How many values were compared to find those keys. */
function comparedBy(changed: () => number[], expected: readonly number[]): number {
  const { is } = Object;
  let compared = 0;
  Object.is = (one, other) => {
    compared += 1;
    return is(one, other);
  };
  let keys: number[];
  try {
    keys = changed();
  } finally {
    Object.is = is;
  }
  const found = compared;
  expect(keys.toSorted(ascending)).toEqual(expected);
  return found;
}
