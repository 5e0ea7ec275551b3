import { Trigger } from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";
import { createLogger } from "@rhumbline/telemetry";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { PassResult } from "../reconcile.ts";
import { ReconcileLoop } from "./reconcile-loop.ts";
import { RetrySchedule } from "./retry-schedule.ts";

const stands: PassResult = new Map([["router.r1", { kind: "realised" }]]);
const fails: PassResult = new Map([["router.r1", { kind: "failed", error: "Device or resource busy" }]]);

let passes: Trigger[];
let results: (PassResult | Error | Promise<PassResult>)[];
let loop: ReconcileLoop;
let schedule: RetrySchedule;

beforeEach(() => {
  vi.useFakeTimers();
  passes = [];
  results = [];
  schedule = new RetrySchedule(() => 0);
  loop = new ReconcileLoop({
    pass: async (trigger) => {
      passes.push(trigger);
      const result = results.shift() ?? stands;
      if (result instanceof Error) throw result;
      return result;
    },
    schedule,
    resyncMs: 60_000,
    beforeResync: () => undefined,
    logger: createLogger("test", "error"),
    now: Date.now,
  });
});
afterEach(async () => {
  await loop.stop();
  vi.useRealTimers();
});

test("nothing is touched before the node may, however often it is woken", async () => {
  loop.wake(Trigger.DESIRED);
  await vi.advanceTimersByTimeAsync(600_000);
  expect(passes).toEqual([]);
  loop.release();
  await vi.advanceTimersByTimeAsync(0);
  expect(passes).toEqual([Trigger.DESIRED]);
});

test("a node that is refused later stops touching anything, and goes on where it was when it is let in", async () => {
  loop.release();
  await vi.advanceTimersByTimeAsync(0);
  loop.hold();
  loop.wake(Trigger.DESIRED);
  await vi.advanceTimersByTimeAsync(600_000);
  expect(passes).toEqual([Trigger.START]);
  loop.release();
  await vi.advanceTimersByTimeAsync(0);
  expect(passes).toEqual([Trigger.START, Trigger.DESIRED]);
});

test("an operator holds the node whatever comes, and what came is done when it is released", async () => {
  loop.release();
  await vi.advanceTimersByTimeAsync(0);
  await loop.holdForOperator(true);
  loop.wake(Trigger.DESIRED);
  // Being let in anew is no release of what an operator holds.
  loop.hold();
  loop.release();
  await vi.advanceTimersByTimeAsync(600_000);
  expect(passes).toEqual([Trigger.START]);
  await loop.holdForOperator(false);
  await vi.advanceTimersByTimeAsync(0);
  expect(passes).toEqual([Trigger.START, Trigger.DESIRED]);
});

test("a look between passes waits for the one under way, and the next waits for the look", async () => {
  let endPass: (result: PassResult) => void = () => undefined;
  results.push(
    new Promise<PassResult>((resolve) => {
      endPass = resolve;
    }),
  );
  loop.release();
  const seen: number[] = [];
  let endLook = (): void => undefined;
  const looked = loop.undisturbed(async () => {
    seen.push(passes.length);
    await new Promise<void>((resolve) => {
      endLook = resolve;
    });
  });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(seen).toEqual([]);
  endPass(stands);
  await vi.advanceTimersByTimeAsync(0);
  expect(seen).toEqual([1]);
  loop.wake(Trigger.DRIFT);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(passes).toEqual([Trigger.START]);
  endLook();
  await looked;
  await vi.advanceTimersByTimeAsync(0);
  expect(passes).toEqual([Trigger.START, Trigger.DRIFT]);
});

test("reasons that come while a pass runs are one further pass", async () => {
  let end: (result: PassResult) => void = () => undefined;
  results.push(
    new Promise<PassResult>((resolve) => {
      end = resolve;
    }),
  );
  loop.release();
  for (let times = 0; times < 5; times += 1) loop.wake(Trigger.DESIRED);
  loop.wake(Trigger.DRIFT);
  end(stands);
  await vi.advanceTimersByTimeAsync(0);
  expect(passes).toEqual([Trigger.START, Trigger.DESIRED]);
});

test("the kernel is compared unasked, again and again", async () => {
  loop.release();
  await vi.advanceTimersByTimeAsync(180_000);
  expect(passes).toEqual([Trigger.START, Trigger.DRIFT, Trigger.DRIFT, Trigger.DRIFT]);
});

test("what failed is tried again with growing pauses until it stands", async () => {
  results.push(fails, fails, fails);
  loop.release();
  await vi.advanceTimersByTimeAsync(7000);
  expect(passes).toEqual([Trigger.START, Trigger.RETRY, Trigger.RETRY, Trigger.RETRY]);
  expect(schedule.failed.size).toBe(0);
});

test("a kernel that can't be read is shown as a failure of the host, and tried again", async () => {
  results.push(new Error("ip: command not found"));
  loop.release();
  await vi.advanceTimersByTimeAsync(0);
  expect(schedule.failed.get("host")?.error).toBe("ip: command not found");
  await vi.advanceTimersByTimeAsync(1000);
  expect(passes).toEqual([Trigger.START, Trigger.RETRY]);
  expect(schedule.failed.size).toBe(0);
});

test("a stop lets the pass under way end, and no other begins", async () => {
  let end: (result: PassResult) => void = () => undefined;
  results.push(
    new Promise<PassResult>((resolve) => {
      end = resolve;
    }),
  );
  loop.release();
  loop.wake(Trigger.DESIRED);
  const stopped = loop.stop();
  end(stands);
  await stopped;
  expect(passes).toEqual([Trigger.START]);
});
