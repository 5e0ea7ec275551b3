import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NodeReport } from "@rhumbline/proto/rhumbline/agent/v1/report";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Spool, type SpooledPlan } from "./spool.ts";

const roomy = 1024 * 1024;
const plan: SpooledPlan = {
  operations: [{ text: "add namespace qrouter-1", resource: "router.1" }],
};

let folder: string;
let path: string;
let spool: Spool;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rhumbline-spool-"));
  path = join(folder, "spool");
  spool = Spool.open(path, roomy).spool;
});
afterEach(() => {
  spool.close();
  rmSync(folder, { recursive: true });
});

test("reports are numbered from 1, without gap, over every restart", () => {
  report();
  report();
  restart();
  report();
  expect(seqs()).toEqual([1, 2, 3]);
});

test("what the log has is cut; what it has not is kept", () => {
  report();
  report();
  report();
  spool.acknowledge(2);
  expect(seqs()).toEqual([3]);
  expect(spool.nextSeq).toBe(4);
});

test("numbering goes on after everything was cut from the file", () => {
  for (let i = 0; i < 50; i += 1) report(10_000);
  spool.acknowledge(50);
  expect(statSync(path).size).toBeLessThan(1000);
  restart();
  expect(spool.nextSeq).toBe(51);
  expect(spool.pending).toEqual([]);
});

test("of an outcome in many parts, those that the log lacks are kept as they were when the file is cut, and after a restart", () => {
  const { seq } = numbered(0);
  const parts = Array.from({ length: 50 }, (_, at) => ({ ...numbered(10_000), seq: seq + at }));
  spool.outcome(parts);
  spool.acknowledge(40);
  expect(statSync(path).size).toBeLessThan(150_000);
  expect(spool.pending).toEqual(parts.slice(40));
  restart();
  expect(spool.pending).toEqual(parts.slice(40));
  expect(spool.nextSeq).toBe(51);
});

test("a plan that has no outcome is found after a restart, one that has is not", () => {
  spool.plan(plan);
  restart();
  expect(spool.openPlan).toEqual(plan);
  report();
  restart();
  expect(spool.openPlan).toBeUndefined();
});

test("a plan whose outcome is known is closed though it is not worth a report", () => {
  spool.plan(plan);
  spool.outcome([]);
  restart();
  expect(spool.openPlan).toBeUndefined();
  expect(spool.nextSeq).toBe(1);
});

test("what is reported at the start leaves an open plan open", () => {
  spool.plan(plan);
  restart();
  spool.report([numbered(10)]);
  restart();
  expect(spool.openPlan).toEqual(plan);
  expect(seqs()).toEqual([1]);
});

test("an open plan outlives the cutting of the file", () => {
  for (let i = 0; i < 50; i += 1) report(10_000);
  spool.plan(plan);
  spool.acknowledge(50);
  restart();
  expect(spool.openPlan).toEqual(plan);
});

test("a tail that a crash tore off is dropped at every length, and what was before it is kept", () => {
  report();
  const whole = statSync(path).size;
  report();
  const both = readFileSync(path);
  for (let length = whole; length < both.length; length += 1) {
    writeFileSync(path, both.subarray(0, length));
    restart();
    expect(seqs()).toEqual([1]);
    expect(spool.nextSeq).toBe(2);
    expect(statSync(path).size).toBe(whole);
  }
});

test("a damaged record ends the file: what follows it is not believed", () => {
  report();
  const first = statSync(path).size;
  report();
  report();
  const content = readFileSync(path);
  content[first + 20] = (content[first + 20] ?? 0) ^ 1;
  writeFileSync(path, content);
  restart();
  expect(seqs()).toEqual([1]);
});

test("garbage behind the last record is dropped, and the next report follows a whole line", () => {
  report();
  appendFileSync(path, "\0\0\0garbage");
  restart();
  report();
  restart();
  expect(seqs()).toEqual([1, 2]);
});

test("an emptied file starts anew", () => {
  report();
  truncateSync(path, 0);
  restart();
  expect(spool.nextSeq).toBe(1);
});

test("a full spool loses reports, says which, and goes on when there is room again", () => {
  restart(20_000);
  expect(report(8000)).toBe(true);
  expect(report(8000)).toBe(false);
  expect(report(8000)).toBe(false);
  expect(spool.lost).toEqual({ fromSeq: 2, toSeq: 3 });
  expect(spool.hasRoomFor(8000)).toBe(false);
  spool.acknowledge(1);
  expect(spool.hasRoomFor(8000)).toBe(true);
  expect(spool.outcomeOfLoss([numbered(8000)])).toBe(true);
  expect(seqs()).toEqual([4]);
  expect(spool.lost).toBeUndefined();
});

test("after a loss nothing but the report of the loss is kept, even if it would fit", () => {
  restart(20_000);
  report(8000);
  report(8000);
  expect(report(10)).toBe(false);
});

test("a loss is remembered over a restart", () => {
  restart(20_000);
  report(8000);
  report(8000);
  restart(20_000);
  expect(spool.lost).toEqual({ fromSeq: 2, toSeq: 2 });
  expect(spool.nextSeq).toBe(3);
});

test("a loss that could not be told is remembered from its beginning", () => {
  restart(20_000);
  report(8000);
  report(8000);
  expect(spool.outcomeOfLoss([numbered(8000)])).toBe(false);
  expect(spool.lost).toEqual({ fromSeq: 2, toSeq: 3 });
  restart(20_000);
  expect(spool.lost?.fromSeq).toBe(2);
});

test("a log that has fewer reports than were cut makes the rest lost", () => {
  report();
  report();
  report();
  spool.acknowledge(3);
  report();
  spool.startOver(0);
  expect(spool.lost).toEqual({ fromSeq: 1, toSeq: 4 });
  expect(spool.nextSeq).toBe(5);
  restart();
  expect(spool.lost).toEqual({ fromSeq: 1, toSeq: 4 });
});

test("a log that has more reports than this disk knows of takes the numbering further", () => {
  report();
  spool.startOver(40);
  expect(spool.lost).toEqual({ fromSeq: 41, toSeq: 41 });
  expect(spool.nextSeq).toBe(42);
});

function report(bytes = 10): boolean {
  return spool.outcome([numbered(bytes)]);
}

function numbered(bytes: number): NodeReport {
  return NodeReport.fromPartial({ seq: spool.nextSeq, correlationId: "x".repeat(bytes) });
}

function restart(maxBytes = roomy): void {
  spool.close();
  spool = Spool.open(path, maxBytes).spool;
}

function seqs(): number[] {
  return spool.pending.map(({ seq }) => seq);
}
