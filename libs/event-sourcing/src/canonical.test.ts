import fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalText, isSame } from "./canonical.ts";
import { PersistentMap } from "./persistent-map.ts";

const value = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(undefined, 0, 1, "", "a", true, 1n),
    tie("list"),
    tie("record"),
    tie("map"),
  ),
  list: fc.array(
    tie("value").filter((one) => one !== undefined),
    { maxLength: 2 },
  ),
  record: fc.dictionary(fc.constantFrom("a", "b"), tie("value")),
  map: fc
    .dictionary(fc.constantFrom("a", "b"), tie("value"))
    .map((entries) => PersistentMap.from(Object.entries(entries))),
})).value;

test("two values are the same when their texts are", () => {
  fc.assert(
    fc.property(value, value, (a, b) => {
      expect(isSame(a, b)).toBe(canonicalText(a) === canonicalText(b));
    }),
    { numRuns: 2_000 },
  );
});

test("a value is the same as a copy of it, a field without value left out or not", () => {
  const port = { id: "p1", ips: ["10.0.0.4"], move: undefined, held: PersistentMap.from([["a", 1]]) };
  expect(isSame(port, { held: PersistentMap.from([["a", 1]]), ips: [...port.ips], id: "p1" })).toBe(true);
  expect(isSame(port, { ...port, ips: ["10.0.0.5"] })).toBe(false);
});
