import fc from "fast-check";
import { expect, test } from "vitest";
import { VersionedMap } from "./versioned-map.ts";

const parityOf = (value: number): string => `${value % 2}`;

const step = fc.record({
  /** Which of the versions so far is changed, or asked. */
  of: fc.nat(),
  key: fc.integer({ min: 0, max: 8 }).map(String),
  value: fc.option(fc.nat(), { nil: undefined }),
  asks: fc.boolean(),
});

test("every version stays as it was made, whichever are changed and asked in between", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
      const versions = [{ map: VersionedMap.from<string, number>([["0", 7]]), holds: new Map([["0", 7]]) }];
      const expectAsMade = ({ map, holds }: (typeof versions)[number]): void => {
        expect(new Map(map.entries())).toEqual(holds);
        expect(map.size).toBe(holds.size);
        for (let parity = 0; parity < 2; parity += 1) {
          const keys = [...holds].filter(([, value]) => value % 2 === parity).map(([key]) => key);
          expect(new Set(map.keysWith(parityOf, `${parity}`))).toEqual(new Set(keys));
        }
      };
      for (const { of, key, value, asks } of steps) {
        const version = versions[of % versions.length];
        if (version === undefined) continue;
        const { map, holds } = version;
        if (asks) expect([map.get(key), map.has(key)]).toEqual([holds.get(key), holds.has(key)]);
        if (asks && key < "3") expectAsMade(version);
        const changed = new Map(holds);
        if (value === undefined) changed.delete(key);
        else changed.set(key, value);
        versions.push({ map: value === undefined ? map.without(key) : map.with(key, value), holds: changed });
      }
      for (const version of versions) expectAsMade(version);
      for (const { map, holds } of versions) {
        const [first] = versions;
        if (first === undefined) continue;
        const changed = map.changedSince(first.map) ?? new Set();
        for (const key of [...holds.keys(), ...first.holds.keys()]) {
          if (holds.get(key) !== first.holds.get(key)) expect(changed).toContain(key);
        }
      }
      for (const version of versions.toReversed()) expectAsMade(version);
    }),
  );
});

test("what changed is told by the keys, and nothing of a map that it was not made from", () => {
  const older = VersionedMap.from<string, number>([["a", 1]]);
  const newer = older.with("b", 2).with("a", 3).with("b", 4);
  expect(newer.changedSince(older)).toEqual(new Set(["a", "b"]));
  expect(newer.changedSince(newer)).toEqual(new Set());
  expect(newer.changedSince(VersionedMap.from<string, number>([["a", 1]]))).toBeUndefined();
});

test("an index is of what its values say now, in the words of whoever asks", () => {
  const map = VersionedMap.from<string, string>([["a", "x"]]);
  const itself = (value: string): string => value;
  expect([map.keysWith(itself, "x"), map.keysWith(itself, "y")]).toEqual([["a"], []]);
  const changed = map.with("b", "x").with("a", "y");
  expect([changed.keysWith(itself, "x"), changed.keysWith(itself, "y")]).toEqual([["b"], ["a"]]);
  expect(changed.keysWith((value) => value.toUpperCase(), "Y")).toEqual(["a"]);
});
