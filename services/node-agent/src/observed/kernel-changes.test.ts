import type { KernelChange } from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";
import fc from "fast-check";
import { expect, test } from "vitest";
import { arbitraryKernels } from "../kernel/contract/arbitrary-kernels.ts";
import { ReportedObjects } from "../report/reported-objects.ts";
import { Unreported } from "../report/unreported.ts";
import { changesBetween } from "./kernel-changes.ts";
import { objectsOf } from "./kernel-objects.ts";
import { nothingIn, nothingObserved, type ObservedKernel, type ObservedLink } from "./observed-kernel.ts";

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

test("of a device's addresses those tell that came or went, in whatever order they are listed", () => {
  const listing = (...addresses: readonly string[]): ObservedKernel => {
    const leg = { ...gatewayLeg, addresses };
    const namespace = { ...nothingIn("qrouter-1"), links: new Map([[leg.name, leg]]) };
    return { ...nothingObserved, namespaces: new Map([[namespace.name, namespace]]) };
  };
  const changed = (before: ObservedKernel, after: ObservedKernel): string[] => lines(changesBetween(before, after));
  const address = (text: string, value = text): string => `qrouter-1 KERNEL_OBJECT_KIND_ADDRESS qg-1 ${text},${value}`;
  const [first, second, third] = ["203.0.113.2/24", "203.0.113.3/32", "203.0.113.4/32"];
  expect(changed(listing(first, third), listing(first, second, third))).toEqual([address(second)]);
  expect(changed(listing(first, second, third), listing(first, third))).toEqual([address(second, "")]);
  expect(changed(listing(first, second, third), listing(third, first, second))).toEqual([]);
  expect(changed(listing(first, second), listing(second, third))).toEqual([address(first, ""), address(third)]);
});

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

const gatewayLeg: ObservedLink = {
  name: "qg-1",
  index: 2,
  kind: "veth",
  ours: true,
  mac: "fa:16:3e:00:00:01",
  mtu: 1500,
  up: true,
  master: undefined,
  boundTo: undefined,
  tracked: false,
  peerNamespace: "",
  peerIndex: 7,
  addresses: [],
};
