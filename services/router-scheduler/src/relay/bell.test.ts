import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createBell } from "./bell.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("a ring wakes who waits, however often it rings, and is kept where nobody waits", async () => {
  const bell = createBell();
  const waiting = bell.wait(1000);
  bell.ring();
  bell.ring();
  expect(await waiting).toBe("rung");
  bell.ring();
  expect(await bell.wait(1000)).toBe("rung");
});

test("nobody rang when the time of this wait is over, not of one before it", async () => {
  const bell = createBell();
  const first = bell.wait(1000);
  await vi.advanceTimersByTimeAsync(600);
  bell.ring();
  await first;
  const ended = vi.fn();
  const second = bell.wait(1000).then(ended);
  await vi.advanceTimersByTimeAsync(999);
  expect(ended).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(ended).toHaveBeenCalledWith("not rung");
  await second;
});

test("a shorter wait behind a longer one ends in its own time", async () => {
  const bell = createBell();
  const first = bell.wait(5000);
  bell.ring();
  await first;
  const second = bell.wait(100);
  await vi.advanceTimersByTimeAsync(100);
  expect(await second).toBe("not rung");
});
