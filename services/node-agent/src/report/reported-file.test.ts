import { mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KernelChange } from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ReportedFile } from "./reported-file.ts";

let folder: string;
beforeEach(() => {
  vi.useFakeTimers();
  folder = mkdtempSync(join(tmpdir(), "reported-"));
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

const route = (number: number): KernelChange => ({
  netns: `qrouter-${number}`,
  kind: "KERNEL_OBJECT_KIND_ROUTE",
  key: "default",
  value: `via 203.0.113.${number}`,
});
const routes = (count: number): KernelChange[] => Array.from({ length: count }, (_, number) => route(number));

/** Reports objects as new ones. */
function keep(file: ReportedFile, objects: readonly KernelChange[]): void {
  const { reported } = file;
  file.keep({ ...reported, objects: reported.objects.with(objects) }, { objects, outcomes: [], forgotten: [] });
}

const opened = (): ReportedFile => ReportedFile.in(folder, "boot-a");
const content = (): string => readFileSync(join(folder, "reported"), "utf8");
const linesOf = (text: string): number => text.split("\n").length - 1;
const objectsIn = (file: ReportedFile): KernelChange[] => file.reported.objects.all;

/** A file whose changes have outgrown what they changed. */
function outgrown(): ReportedFile {
  const file = opened();
  keep(file, routes(1));
  keep(file, routes(2_000));
  return file;
}

test("changes that have outgrown what they changed are kept at once, and folded into it later", () => {
  const file = outgrown();
  expect(linesOf(content())).toBe(2);
  expect(objectsIn(opened())).toEqual(objectsIn(file));
  vi.runAllTimers();
  expect(linesOf(content())).toBe(1);
  expect(objectsIn(opened())).toEqual(objectsIn(file));
  expect(objectsIn(file)).toHaveLength(2_000);
});

test("what changed while the fold was due is folded as well, and what changes after it is kept behind it", () => {
  const file = outgrown();
  keep(file, [route(2_001)]);
  vi.runAllTimers();
  keep(file, [route(2_002)]);
  expect(linesOf(content())).toBe(2);
  expect(objectsIn(opened())).toEqual(objectsIn(file));
  expect(objectsIn(file)).toHaveLength(2_002);
});

test("a fold that the disk refuses loses nothing, and is tried again after the next change", () => {
  const file = outgrown();
  const before = content();
  const inTheWay = join(folder, "reported.new");
  mkdirSync(inTheWay);
  vi.runAllTimers();
  expect(content()).toBe(before);
  rmdirSync(inTheWay);
  keep(file, [route(2_001)]);
  vi.runAllTimers();
  expect(linesOf(content())).toBe(1);
  expect(objectsIn(opened())).toEqual(objectsIn(file));
});

test("a file that is closed is another's to write", () => {
  outgrown().close();
  const before = content();
  vi.runAllTimers();
  expect(content()).toBe(before);
});
