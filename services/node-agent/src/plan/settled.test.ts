import { expect, test } from "vitest";
import type { ObservedHelper } from "../observed/observed-helper.ts";
import { nothingObserved, type ObservedKernel } from "../observed/observed-kernel.ts";
import { unitsOf } from "./settled.ts";
import { helperSight, servedBy } from "./sight.ts";

interface Unit {
  readonly resource: `network.${string}`;
  readonly name: string;
}

const stopped: Omit<ObservedHelper, "name"> = { process: undefined, config: "", files: new Map(), stale: false };
const helpers = { one: { ...stopped, name: "one" }, other: { ...stopped, name: "other" } };
const one: Unit = { resource: "network.1", name: "one" };
const other: Unit = { resource: "network.2", name: "other" };

test("what was touched while nobody asked about it is not known to be settled", () => {
  const units = unitsOf(({ name }: Unit) => [helperSight(name)]);
  const both = new Map([one, other].map((unit) => [unit.name, unit]));
  const standing = kernelWith("one", "other");
  expect(units.unsettled(both, standing)).toEqual([one, other]);
  units.settle([one, other], servedBy([]), standing);
  expect(units.unsettled(both, standing)).toEqual([]);
  const without = kernelWith("other");
  expect(units.unsettled(new Map([["other", other]]), without)).toEqual([]);
  expect(units.unsettled(both, without)).toEqual([one]);
});

function kernelWith(...names: readonly (keyof typeof helpers)[]): ObservedKernel {
  return { ...nothingObserved, helpers: new Map(names.map((name) => [name, helpers[name]])) };
}
