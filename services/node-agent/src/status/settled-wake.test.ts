import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { PacedWake } from "./paced-wake.ts";
import { settledWake } from "./settled-wake.ts";

let wokenMs: number[];
let confirmations: PacedWake;

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  wokenMs = [];
  confirmations = settledWake(() => wokenMs.push(Date.now()), Date.now, { quietMs: 200, latestMs: 1_000 });
});
afterEach(() => vi.useRealTimers());

test("whoever asks is woken for once nobody has asked for a while, and all together", () => {
  confirmations.wake();
  vi.advanceTimersByTime(150);
  confirmations.wake();
  vi.advanceTimersByTime(5_000);
  expect(wokenMs).toEqual([350]);
});

test("where somebody asks all the time, it wakes a second after the first of them", () => {
  for (let times = 0; times < 25; times += 1) {
    confirmations.wake();
    vi.advanceTimersByTime(100);
  }
  vi.advanceTimersByTime(5_000);
  expect(wokenMs).toEqual([1_000, 2_000, 2_600]);
});

test("one that was stopped wakes nobody", () => {
  confirmations.wake();
  confirmations.stop();
  vi.advanceTimersByTime(5_000);
  expect(wokenMs).toEqual([]);
});
