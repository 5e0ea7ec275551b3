import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseCidr } from "./cidr.ts";
import { hostRange } from "./cidr-addresses.ts";
import { type IpAddress, parseIpAddress } from "./ip-address.ts";
import {
  formatIpRange,
  InvalidIpRange,
  type IpRange,
  ipRange,
  mergeRanges,
  rangeContains,
  rangeSize,
  subtractRanges,
} from "./ip-range.ts";

const small = fc.integer({ min: 0, max: 40 });
const ranges: fc.Arbitrary<IpRange> = fc
  .tuple(fc.constantFrom<4 | 6>(4, 6), small, small)
  .map(([family, a, b]) => ipRange(at(family, Math.min(a, b)), at(family, Math.max(a, b))));
const everyAddress = ([4, 6] as const).flatMap((family) => Array.from({ length: 42 }, (_, index) => at(family, index)));

describe("allocation pools", () => {
  test("a gateway in the middle splits the pool", () => {
    const pools = subtractRanges([hostRange(parseCidr("192.0.2.0/24"))], [single("192.0.2.100")]);
    expect(pools.map(formatIpRange)).toEqual(["192.0.2.1-192.0.2.99", "192.0.2.101-192.0.2.254"]);
    expect(pools.map(rangeSize)).toEqual([99n, 154n]);
  });

  test("taking away everything leaves no pool, at the ends of the address space too", () => {
    const all = ipRange(parseIpAddress("0.0.0.0"), parseIpAddress("255.255.255.255"));
    expect(subtractRanges([all], [all])).toEqual([]);
    expect(subtractRanges([all], [single("0.0.0.0"), single("255.255.255.255")]).map(formatIpRange)).toEqual([
      "0.0.0.1-255.255.255.254",
    ]);
  });

  test("ends in the wrong order or of two versions are refused", () => {
    expect(() => ipRange(parseIpAddress("192.0.2.9"), parseIpAddress("192.0.2.8"))).toThrow(
      "192.0.2.9-192.0.2.8 is not an address range: expected the lower address first",
    );
    expect(() => ipRange(parseIpAddress("192.0.2.9"), parseIpAddress("::"))).toThrow(InvalidIpRange);
  });

  test("what is left is what was there and was not taken", () => {
    fc.assert(
      fc.property(fc.array(ranges), fc.array(ranges), (from, taken) => {
        const left = subtractRanges(from, taken);
        for (const address of everyAddress)
          expect(holds(left, address)).toBe(holds(from, address) && !holds(taken, address));
        expect(left).toEqual(mergeRanges(left));
      }),
    );
  });

  test("merging keeps every address and leaves a gap between any two ranges", () => {
    fc.assert(
      fc.property(fc.array(ranges), (some) => {
        const merged = mergeRanges(some);
        for (const address of everyAddress) expect(holds(merged, address)).toBe(holds(some, address));
        for (const [index, range] of merged.slice(1).entries()) {
          const previous = merged[index];
          const apart = previous?.first.family !== range.first.family || range.first.value > previous.last.value + 1n;
          expect(apart).toBe(true);
        }
      }),
    );
  });
});

function at(family: 4 | 6, value: number): IpAddress {
  return { family, value: BigInt(value) };
}

function single(text: string): IpRange {
  return ipRange(parseIpAddress(text), parseIpAddress(text));
}

function holds(some: readonly IpRange[], address: IpAddress): boolean {
  return some.some((range) => rangeContains(range, address));
}
