import type { KernelChange } from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";
import fc from "fast-check";
import { expect, test } from "vitest";
import { arbitraryKernels } from "../kernel/contract/arbitrary-kernels.ts";
import { ReportedObjects } from "../report/reported-objects.ts";
import { Unreported } from "../report/unreported.ts";
import { changesBetween } from "./kernel-changes.ts";
import { objectsOf } from "./kernel-objects.ts";

test("what lies between two kernels is what all the objects of one have otherwise than all those of the other", () => {
  fc.assert(
    fc.property(arbitraryKernels, (kernels) => {
      for (const before of kernels)
        for (const after of kernels)
          expect(lines(changesBetween(before, after))).toEqual(differingLines(objectsOf(before), objectsOf(after)));
    }),
    { numRuns: 40 },
  );
}, 120_000);

test("objects that are gone come last", () => {
  fc.assert(
    fc.property(arbitraryKernels, ([before, after]) => {
      const values = changesBetween(before, after).map(({ value }) => value !== "");
      expect(values).toEqual(values.toSorted((one, other) => Number(other) - Number(one)));
    }),
    { numRuns: 40 },
  );
}, 120_000);

test("what is unreported follows from what stands and what was reported, whatever was found between them before", () => {
  const everyOther = fc.infiniteStream(fc.boolean());
  fc.assert(
    fc.property(arbitraryKernels, everyOther, ([first, ...kernels], isTold) => {
      const told = (changes: readonly KernelChange[]): KernelChange[] => changes.filter(() => isTold.next().value);
      const unreported = new Unreported();
      let reported = ReportedObjects.none.with(told(objectsOf(first)));
      for (const kernel of [first, ...kernels]) {
        const found = unreported.between(reported, kernel);
        expect(lines(found)).toEqual(differingLines(reported.all, objectsOf(kernel)));
        const toldAgain = reported.all.map((object) => ({ ...object }));
        reported = reported.with(told([...toldAgain, ...found]));
      }
    }),
    { numRuns: 40 },
  );
}, 120_000);

const identityAndValue = ({ netns, kind, key, value }: KernelChange): [string, string] => [
  `${netns} ${kind} ${key}`,
  value,
];
const lines = (changes: readonly KernelChange[]): string[] => changes.map(identityAndValue).map(String).sort();

/** Goes through all of both. */
function differingLines(before: readonly KernelChange[], after: readonly KernelChange[]): string[] {
  const were = new Map(before.map(identityAndValue));
  const are = new Map(after.map(identityAndValue));
  return [...new Set([...were.keys(), ...are.keys()])]
    .filter((identity) => were.get(identity) !== are.get(identity))
    .map((identity) => String([identity, are.get(identity) ?? ""]))
    .sort();
}
