import { type ExecutedOperation, OperationOutcome } from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";
import { beforeEach, expect, test } from "vitest";
import { RepeatedDrift } from "./repeated-drift.ts";

const flushed = repair("change table nat");
const down = repair("set link up");

let asked: number[];
let drift: RepeatedDrift;

beforeEach(() => {
  asked = [];
  drift = new RepeatedDrift((ms) => asked.push(ms), 60_000);
});

test("the first of a kind is reported, its repeats are counted and told a minute later, though they have stopped", () => {
  expect(drift.note(flushed, 0)).toBe(true);
  for (const now of [1000, 2000, 3000]) expect(drift.note(flushed, now)).toBe(false);
  expect(asked).toEqual([59_000]);
  expect(drift.untold(59_999)).toEqual([]);
  expect(drift.untold(60_000)).toEqual([{ operations: flushed, count: 3 }]);
  expect(drift.untold(120_000)).toEqual([]);
});

test("two kinds in turns are counted apart", () => {
  expect([flushed, down, flushed, down].map((each, now) => drift.note(each, now))).toEqual([true, true, false, false]);
  expect(drift.untold(60_001)).toEqual([
    { operations: flushed, count: 1 },
    { operations: down, count: 1 },
  ]);
});

test("what was otherwise is another kind, though the repair is the same", () => {
  const changes = ["process", "file"].map((key): ExecutedOperation[] => {
    const change = { netns: "", kind: "KERNEL_OBJECT_KIND_FILE" as const, key, value: "" };
    return repair("start dnsmasq", [change]);
  });
  expect([...changes, ...changes].map((each, now) => drift.note(each, now))).toEqual([true, true, false, false]);
});

test("drift that stayed away for a minute is news when it comes back", () => {
  drift.note(flushed, 0);
  drift.untold(60_000);
  expect(drift.note(flushed, 61_000)).toBe(true);
});

function repair(text: string, changes: ExecutedOperation["changes"] = []): ExecutedOperation[] {
  return [{ text, outcome: OperationOutcome.DONE, error: "", changes, resource: "router.r1" }];
}
