import type { KernelChange } from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";
import { expect, test } from "vitest";
import { ReportedObjects } from "./reported-objects.ts";

const route = (key: string, value: string): KernelChange => ({
  ...{ netns: "qrouter-1", kind: "KERNEL_OBJECT_KIND_ROUTE", key, value },
});
const two = ReportedObjects.none.with([route("default", "via a"), route("10.0.0.0/8", "via b")]);
const ofDefault = "qrouter-1 KERNEL_OBJECT_KIND_ROUTE default";

test("changes make, change and take away objects, in their order", () => {
  const changed = two.with([route("default", "via c"), route("10.1.0.0/16", "via b"), route("10.0.0.0/8", "")]);
  expect(changed.all).toEqual([route("10.1.0.0/16", "via b"), route("default", "via c")]);
  expect(two.with([route("default", ""), route("default", "via d")]).valueOf(route("default", ""), ofDefault)).toBe(
    "via d",
  );
});

test("what was reported otherwise before is told as it was then", () => {
  const changed = two.with([route("default", "via c"), route("10.0.0.0/8", "")]);
  expect(new Map(changed.otherwiseThan(two))).toEqual(
    new Map([
      ["qrouter-1 KERNEL_OBJECT_KIND_ROUTE 10.0.0.0/8", route("10.0.0.0/8", "via b")],
      [ofDefault, route("default", "via a")],
    ]),
  );
  expect(
    two
      .otherwiseThan(ReportedObjects.none)
      .map(([, before]) => before)
      .sort(byKey),
  ).toEqual([route("10.0.0.0/8", ""), route("default", "")]);
  expect(two.otherwiseThan(two)).toEqual([]);
});

const byKey = (one: KernelChange, other: KernelChange): number => (one.key < other.key ? -1 : 1);
