import { expect, test } from "vitest";
import { fakeKernel } from "../kernel/fake/fake-kernel.ts";
import { identityOf } from "../security/filter-object.ts";
import { nftLayout } from "../security/nft/nft-layout.ts";
import type { ObservedConnection, ObservedKernel } from "./observed-kernel.ts";
import { usedZones } from "./used-zones.ts";

const empty = await fakeKernel().observe();

const withZones = (...zones: readonly number[]): ObservedKernel => ({
  ...empty,
  filter: new Map(
    zones.flatMap((zone) => nftLayout.bridge(`brq${zone}`, zone).map((object) => [identityOf(object), object])),
  ),
});

const connection = (zone: number): ObservedConnection => ({
  ...{ zone, family: 4, protocol: 6, mark: 0, icmp: undefined },
  ...{ source: "10.0.0.1", sourcePort: 40_000, destination: "10.0.0.2", destinationPort: 80 },
});

test("where no bridge has a zone nobody lists connections, and any may have some", () => {
  expect(usedZones(undefined, empty)).toBeUndefined();
});

test("what was listed counts, and what bridges had at any look since", () => {
  const first = { ...withZones(4097), connections: [connection(4099)] };
  const seen = { ...first, usedZones: usedZones(undefined, first) };
  expect(seen.usedZones).toEqual(new Set([4097, 4099]));
  const second = { ...withZones(4098), connections: [] };
  const later = { ...second, usedZones: usedZones(seen, second) };
  expect(later.usedZones).toEqual(new Set([4097, 4098, 4099]));
  expect(usedZones(later, empty)).toEqual(later.usedZones);
});

test("after a look of which nothing is known any more it begins anew", () => {
  expect(usedZones(undefined, withZones(4098))).toEqual(new Set([4098]));
});
