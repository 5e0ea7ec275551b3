import fc from "fast-check";
import { expect, test } from "vitest";
import { PersistentMap } from "./persistent-map.ts";

const change = fc.tuple(fc.integer({ min: 0, max: 300 }), fc.option(fc.integer(), { nil: undefined }));
const changes = fc.array(change, { maxLength: 600 });

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

test("no changes give the very same map", () => {
  const map = PersistentMap.from([["a", 1]]);
  expect(map.withAll([])).toBe(map);
});

function oneByOne(
  before: PersistentMap<number, number>,
  changed: readonly (readonly [number, number | undefined])[],
): PersistentMap<number, number> {
  return changed.reduce((map, [key, value]) => (value === undefined ? map.without(key) : map.with(key, value)), before);
}
