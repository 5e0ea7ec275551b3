import fc from "fast-check";
import { expect, test } from "vitest";
import { SortedIds } from "./sorted-ids.ts";

const id = fc.integer({ min: 0, max: 60 }).map((number) => `id-${number}`);
const change = fc.record({ id, add: fc.boolean(), read: fc.boolean() });

test("they are in order and there once, however they came and went", () => {
  fc.assert(
    fc.property(fc.option(id), fc.array(change, { maxLength: 200 }), id, (first, changes, place) => {
      const sorted = first === null ? SortedIds.from() : SortedIds.of(first);
      const expected = new Set<string>(first === null ? [] : [first]);
      expect([...sorted.after(place)]).toEqual([...expected].filter((each) => each > place));
      for (const { id, add, read } of changes) {
        sorted[add ? "add" : "delete"](id);
        expected[add ? "add" : "delete"](id);
        if (read) expect([...sorted]).toEqual([...expected].sort());
      }
      const inOrder = [...expected].sort();
      expect([...sorted]).toEqual(inOrder);
      expect(sorted.size).toBe(expected.size);
      expect([...sorted.after(place)]).toEqual(inOrder.filter((each) => each > place));
    }),
  );
});
