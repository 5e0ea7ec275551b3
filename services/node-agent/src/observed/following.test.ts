import { PersistentMap } from "@rhumbline/event-sourcing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { following, grouping, keyed } from "./following.ts";

const key = fc.constantFrom(..."abcdefgh");
const changes = fc.array(fc.tuple(key, fc.option(fc.nat(3), { nil: undefined })), { maxLength: 6 });
/** Maps each made of the one before, or read anew. */
const walk = fc.array(fc.record({ changes, isRelated: fc.boolean() }), { maxLength: 8 });
type Step = typeof walk extends fc.Arbitrary<(infer S)[]> ? S : never;

const mapsOf = (steps: readonly Step[]): ReadonlyMap<string, number>[] => {
  const maps: ReadonlyMap<string, number>[] = [];
  let last = PersistentMap.empty<string, number>();
  for (const { changes, isRelated } of steps) {
    last = last.withAll(changes);
    maps.push(isRelated ? last : new Map(last));
  }
  return maps;
};

test("what follows from maps is what follows from the last ones alone", () => {
  fc.assert(
    fc.property(walk, walk, (steps, others) => {
      const sum = (_: string, a: number | undefined, b: number | undefined): number | undefined =>
        a === undefined || b === undefined || a + b === 3 ? undefined : a + b;
      const sums = following((name, a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>) =>
        sum(name, a.get(name), b.get(name)),
      );
      const second = mapsOf(others);
      for (const [at, a] of mapsOf(steps).entries()) {
        const b = second[at % Math.max(second.length, 1)] ?? new Map();
        const expected = [...a.keys()].flatMap((name) => {
          const value = sum(name, a.get(name), b.get(name));
          return value === undefined ? [] : [[name, value]];
        });
        const found = sums(a, b);
        expect([...found]).toEqual(expected.sort());
        expect(sums(new Map(a), b)).toBe(found);
      }
    }),
  );
});

test("groups are those of the last map alone, and one in which nothing is otherwise stays the very same", () => {
  fc.assert(
    fc.property(walk, (steps) => {
      const groupsOf = (value: number): string[] =>
        ["odd", "low", "all"].slice(value % 2 === 1 ? 0 : 1).slice(0, value);
      const groups = grouping(groupsOf);
      let before = groups(new Map());
      for (const map of mapsOf(steps)) {
        const now = groups(map);
        for (const name of ["odd", "low", "all"]) {
          const members = [...map].filter(([, value]) => groupsOf(value).includes(name)).sort();
          expect([...(now.get(name) ?? [])]).toEqual(members);
          const isSame = JSON.stringify(members) === JSON.stringify([...(before.get(name) ?? [])]);
          if (isSame) expect(now.get(name)).toBe(before.get(name));
        }
        before = now;
      }
    }),
  );
});

test("things are found by the keys of the last ones alone", () => {
  const things = "abcdef".split("").map((name) => ({ name, keys: [`${name}1`, `${name}2`] }));
  fc.assert(
    fc.property(fc.array(fc.subarray(things), { maxLength: 6 }), (walked) => {
      const byKey = keyed(({ keys }: (typeof things)[number]) => keys);
      for (const chosen of walked) {
        const expected = chosen.flatMap((thing) => thing.keys.map((each) => [each, thing]));
        expect([...byKey(chosen)]).toEqual(expected);
      }
    }),
  );
});
