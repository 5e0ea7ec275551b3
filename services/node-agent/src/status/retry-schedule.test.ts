import { expect, test } from "vitest";
import { RetrySchedule } from "./retry-schedule.ts";

const busy = new Map([["router.r1", "Device or resource busy"]]);

test("what stands as desired is not retried", () => {
  const schedule = new RetrySchedule(() => 0);
  schedule.update(new Map(), 0);
  expect(schedule.delayMs(0)).toBeUndefined();
});

test("a failing resource is tried again after 1, 2, 4 seconds and then at most every minute", () => {
  const schedule = new RetrySchedule(() => 0);
  const delays: number[] = [];
  for (let now = 0; delays.length < 9; ) {
    schedule.update(busy, now);
    const delay = schedule.delayMs(now) ?? 0;
    delays.push(delay / 1000);
    now += delay;
  }
  expect(delays).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
});

test.each([
  "RTNETLINK answers: File exists",
  "iptables-restore: line 2 failed: Bad rule (does a matching rule exist in that chain?).",
  "iptables-restore: line 2 failed: Index of insertion too big.",
  "iptables-restore: line 2 failed: No chain/target/match by that name.",
])(
  "a plan that met another kernel than was looked at is made anew at once, then as seldom as any other: %s",
  (error) => {
    const schedule = new RetrySchedule(() => 0);
    const outdated = new Map([["router.r1", error]]);
    schedule.update(outdated, 0);
    expect(schedule.delayMs(0)).toBe(0);
    schedule.update(outdated, 10);
    expect(schedule.delayMs(10)).toBe(2000);
  },
);

test("a random part, half at most, is taken off each delay", () => {
  const schedule = new RetrySchedule(() => 1);
  schedule.update(busy, 0);
  expect(schedule.delayMs(0)).toBe(500);
});

test("a resource that was tried early for another's sake is still due when it was", () => {
  const schedule = new RetrySchedule(() => 0);
  schedule.update(busy, 0);
  schedule.update(busy, 400);
  expect(schedule.delayMs(400)).toBe(600);
});

test("a resource that recovered starts anew when it fails again", () => {
  const schedule = new RetrySchedule(() => 0);
  schedule.update(busy, 0);
  schedule.update(busy, 1000);
  schedule.update(new Map(), 3000);
  schedule.update(busy, 5000);
  expect(schedule.delayMs(5000)).toBe(1000);
});

test("the error is kept in the kernel's words", () => {
  const schedule = new RetrySchedule(() => 0);
  schedule.update(busy, 0);
  expect(schedule.failed.get("router.r1")?.error).toBe("Device or resource busy");
});
