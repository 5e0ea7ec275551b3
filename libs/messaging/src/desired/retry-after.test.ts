import { expect, test } from "vitest";
import { retryAfterMs } from "./retry-after.ts";

test("who was refused asks again soon, whatever chance has it", () => {
  expect([retryAfterMs(0, 0), retryAfterMs(0, 1)]).toEqual([500, 500]);
});

test("who was not answered waits longer each time, up to half a minute, by chance", () => {
  expect([1, 2, 3].map((times) => retryAfterMs(times, 1))).toEqual([1_500, 2_500, 4_500]);
  expect(retryAfterMs(4, 0)).toBe(500);
  expect(retryAfterMs(1_000, 1)).toBe(30_500);
});
