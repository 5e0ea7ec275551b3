import { expect, test } from "vitest";
import { freeZones } from "./free-zones.ts";

const hadBy =
  (...zones: readonly number[]) =>
  (zone: number): boolean =>
    zones.includes(zone);
const four = (next: ReturnType<typeof freeZones>) => [next(), next(), next(), next()];
const unused = (zone: number) => ({ zone, used: false });
const all = Array.from({ length: 65_535 - 4097 + 1 }, (_, index) => 4097 + index);

test("the lowest come first, without those that bridges have", () => {
  expect(four(freeZones(hadBy(4098), new Set([4098])))).toEqual([4097, 4099, 4100, 4101].map(unused));
});

test("one that may have connections rests until there is no other", () => {
  const used = new Set(all.filter((zone) => zone !== 5000));
  expect(four(freeZones(hadBy(4097, 5001), used))).toEqual([
    unused(5000),
    ...[4098, 4099, 4100].map((zone) => ({ zone, used: true })),
  ]);
});

test("while connections were not listed, any may have some", () => {
  expect(four(freeZones(hadBy(), undefined))).toEqual([4097, 4098, 4099, 4100].map((zone) => ({ zone, used: true })));
});
