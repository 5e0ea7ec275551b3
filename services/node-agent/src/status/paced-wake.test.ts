import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type PacedWake, pacedWake } from "./paced-wake.ts";

let wokenMs: number[];
let looks: PacedWake;

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  wokenMs = [];
  looks = pacedWake(() => wokenMs.push(Date.now()), Date.now);
});
afterEach(() => vi.useRealTimers());

test("the first change of all is looked at at once, and the rest of its flock together", () => {
  looks.wake();
  vi.advanceTimersByTime(1);
  looks.wake();
  looks.wake();
  vi.advanceTimersByTime(1_000);
  expect(wokenMs).toEqual([0, 50]);
});

test("whoever changes something all the time is looked at four times a second", () => {
  for (let times = 0; times < 3_000; times += 1) {
    looks.wake();
    vi.advanceTimersByTime(1);
  }
  for (const [index, ms] of wokenMs.slice(4).entries())
    expect(ms - (wokenMs[index] ?? 0)).toBeGreaterThanOrEqual(1_000);
  expect(wokenMs.length).toBeGreaterThan(8);
});

test("one that was stopped wakes nobody", () => {
  looks.wake();
  looks.stop();
  vi.advanceTimersByTime(1_000);
  expect(wokenMs).toEqual([]);
});
