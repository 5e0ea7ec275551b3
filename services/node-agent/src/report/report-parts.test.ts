import type {
  ExecutedOperation,
  KernelChange,
  ResourceOutcome,
} from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";
import { expect, test } from "vitest";
import { partsOf, slicesOf } from "./report-parts.ts";

const eventBytes = 64 * 1024;

test("a small report is one part", () => {
  expect(partsOf({ operations: [operation("a", 1)], resources: [outcome("router.1")] })).toHaveLength(1);
});

test("a long report is divided so that each part fits into one event, and nothing is lost or reordered", () => {
  const operations = Array.from({ length: 400 }, (_, index) => operation(`operation ${index}`, 3));
  const resources = Array.from({ length: 2000 }, (_, index) => outcome(`port.${index}`));
  const parts = partsOf({ operations, resources });
  expect(parts.length).toBeGreaterThan(3);
  for (const part of parts) expect(JSON.stringify(part).length).toBeLessThan(eventBytes);
  expect(parts.flatMap((part) => part.operations)).toEqual(operations);
  expect(parts.flatMap((part) => part.resources)).toEqual(resources);
});

test("one operation with very many changes is continued in the next part under the same text", () => {
  const whole = operation("drop namespace", 2000);
  const parts = partsOf({ operations: [whole], resources: [] });
  for (const part of parts) expect(JSON.stringify(part).length).toBeLessThan(eventBytes);
  expect(new Set(parts.flatMap((part) => part.operations.map(({ text }) => text)))).toEqual(
    new Set(["drop namespace"]),
  );
  expect(parts.flatMap((part) => part.operations.flatMap(({ changes }) => changes))).toEqual(whole.changes);
});

test("a very long text says how much of it was left out", () => {
  const [part] = partsOf({ operations: [operation("x".repeat(100_000), 0)], resources: [] });
  expect(part?.operations[0]?.text).toMatch(/… \(91808 more characters\)$/);
});

test("no objects are one empty slice", () => {
  expect(slicesOf([])).toEqual([[]]);
});

function operation(text: string, changeCount: number): ExecutedOperation {
  const changes = Array.from({ length: changeCount }, (_, index) => change(`device-${index}`));
  return { text, outcome: "OPERATION_OUTCOME_DONE", error: "", changes, resource: "router.1" };
}

function change(key: string): KernelChange {
  return { netns: "qrouter-1", kind: "KERNEL_OBJECT_KIND_LINK", key, value: "veth up" };
}

function outcome(key: string): ResourceOutcome {
  return { key, position: 1, error: "", waiting: false };
}
