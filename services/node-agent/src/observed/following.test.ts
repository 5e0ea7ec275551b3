import { PersistentMap } from "@rhumbline/event-sourcing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { following, grouping, type Lookup, spreading, uniting } from "./following.ts";

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

test("what follows from maps is what follows from the last ones alone, whatever was asked of them", () => {
  fc.assert(
    fc.property(walk, walk, (steps, others) => {
      const next = (name: string): string => String.fromCharCode(name.charCodeAt(0) + 1);
      const entryOf = (name: string, a: Lookup<number>, b: Lookup<number>): number | undefined => {
        const [one, other] = [a.get(name), a.get(next(name)) === 1 ? b.get(name) : b.get(next(next(name)))];
        return one === undefined || other === undefined || one + other === 3 ? undefined : one + other;
      };
      const found = following(entryOf);
      const second = mapsOf(others);
      for (const [at, a] of mapsOf(steps).entries()) {
        const b = second[at % Math.max(second.length, 1)] ?? new Map();
        const expected = [...a.keys()].flatMap((name) => {
          const value = entryOf(name, a, b);
          return value === undefined ? [] : [[name, value]];
        });
        const entries = found(a, b);
        expect([...entries]).toEqual(expected.sort());
        expect(found(new Map(a), b)).toBe(entries);
      }
    }),
  );
});

test("what fails is found out anew, and nothing is lost by it", () => {
  let fails = false;
  const doubled = following((name, map: Lookup<number>) => {
    if (fails && name === "b") throw new Error("not now");
    return (map.get(name) ?? 0) * 2;
  });
  doubled(new Map([["a", 1]]));
  fails = true;
  const map = new Map([
    ["b", 2],
    ["c", 3],
  ]);
  expect(() => doubled(map)).toThrow("not now");
  fails = false;
  expect([...doubled(map)]).toEqual([
    ["b", 4],
    ["c", 6],
  ]);
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

test("entries are spread from the last map alone: of two under one key that of the greater key counts", () => {
  fc.assert(
    fc.property(walk, (steps) => {
      const entriesOf = (value: number, key: string): [string, string][] =>
        ["x", "y", "z"].slice(0, value).map((name) => [name, `${key}${value}`]);
      const spread = spreading(entriesOf);
      for (const map of mapsOf(steps)) {
        const expected = new Map([...map].sort().flatMap(([key, value]) => entriesOf(value, key)));
        expect([...spread(map)]).toEqual([...expected].sort());
      }
    }),
  );
});

test("maps unite as the last ones are: of a key that several have the last map counts", () => {
  fc.assert(
    fc.property(walk, walk, (steps, others) => {
      const united = uniting<number>();
      const second = mapsOf(others);
      for (const [at, a] of mapsOf(steps).entries()) {
        const b = second[at % Math.max(second.length, 1)] ?? new Map();
        expect([...united(a, b)]).toEqual([...new Map([...a, ...b])].sort());
      }
    }),
  );
});
