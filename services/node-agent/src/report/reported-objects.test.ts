import type { KernelChange } from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";
import { expect, test } from "vitest";
import { ReportedObjects } from "./reported-objects.ts";

const route = (key: string, value: string): KernelChange => ({
  ...{ netns: "qrouter-1", kind: "KERNEL_OBJECT_KIND_ROUTE", key, value },
});
const standing = (...objects: KernelChange[]) => new Map([["netns qrouter-1", objects]]);
const two = [route("default", "via a"), route("10.0.0.0/8", "via b")];

test("what is new, changed and gone is told, what is gone last and with an empty value", () => {
  const reported = ReportedObjects.none.with(two);
  const difference = reported.differenceTo(standing(route("default", "via c"), route("10.1.0.0/16", "via b")));
  expect(difference).toEqual([route("default", "via c"), route("10.1.0.0/16", "via b"), route("10.0.0.0/8", "")]);
  expect(reported.with(difference).all).toEqual([route("10.1.0.0/16", "via b"), route("default", "via c")]);
});

test("a part that is gone is told as a whole", () => {
  expect(ReportedObjects.none.with(two).differenceTo(new Map())).toEqual([
    route("10.0.0.0/8", ""),
    route("default", ""),
  ]);
});

test("what was found equal once is unequal as soon as something else was reported", () => {
  const objects = standing(...two);
  const reported = ReportedObjects.none.with(two);
  expect(reported.differenceTo(objects)).toEqual([]);
  expect(reported.differenceTo(objects)).toEqual([]);
  expect(reported.with([route("default", "via z")]).differenceTo(objects)).toEqual([route("default", "via a")]);
  expect(reported.with([route("default", "")]).differenceTo(objects)).toEqual([route("default", "via a")]);
});
