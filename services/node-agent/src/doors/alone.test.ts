import { expect, test } from "vitest";
import { isAlone } from "./alone.ts";

test("a node that sees neither bus nor peer is alone before the failover delay is over", () => {
  expect(isAlone(1000, 600, [600, 800])).toBe(true);
  expect(isAlone(1000, 400, [600, 800])).toBe(false);
});

test("a node that sees one peer is never alone, nor is one that sees the bus", () => {
  expect(isAlone(1000, 60_000, [60_000, 0])).toBe(false);
  expect(isAlone(1000, 0, [60_000])).toBe(false);
});

test("a node without peers is never alone: nobody could find it dead; nor is one where failover is off", () => {
  expect(isAlone(1000, 60_000, [])).toBe(false);
  expect(isAlone(0, 60_000, [60_000])).toBe(false);
});
