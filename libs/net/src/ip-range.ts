import { compareIpAddresses, formatIpAddress, type IpAddress, offsetIpAddress } from "./ip-address.ts";

/** Consecutive addresses of one family, both ends included; never empty. An allocation pool, for one. */
export interface IpRange {
  readonly first: IpAddress;
  readonly last: IpAddress;
}

export class InvalidIpRange extends Error {
  override readonly name = "InvalidIpRange";
  constructor(first: IpAddress, last: IpAddress, reason: string) {
    super(`${formatIpAddress(first)}-${formatIpAddress(last)} is not an address range: ${reason}`);
  }
}

/** @throws InvalidIpRange when the families differ or the last comes before the first. */
export function ipRange(first: IpAddress, last: IpAddress): IpRange {
  if (first.family !== last.family) throw new InvalidIpRange(first, last, "expected both ends in one IP version");
  if (first.value > last.value) throw new InvalidIpRange(first, last, "expected the lower address first");
  return { first, last };
}

export function formatIpRange(range: IpRange): string {
  return `${formatIpAddress(range.first)}-${formatIpAddress(range.last)}`;
}

export function rangeSize(range: IpRange): bigint {
  return range.last.value - range.first.value + 1n;
}

export function rangeContains(range: IpRange, address: IpAddress): boolean {
  return (
    range.first.family === address.family && range.first.value <= address.value && address.value <= range.last.value
  );
}

export function rangesOverlap(a: IpRange, b: IpRange): boolean {
  return rangeContains(a, b.first) || rangeContains(b, a.first);
}

/** The same addresses in ascending order with nothing twice: what overlaps or touches becomes one range. */
export function mergeRanges(ranges: readonly IpRange[]): IpRange[] {
  const merged: IpRange[] = [];
  for (const range of ranges.toSorted((a, b) => compareIpAddresses(a.first, b.first))) {
    const previous = merged.at(-1);
    if (previous === undefined || !joins(previous, range)) merged.push(range);
    else if (range.last.value > previous.last.value)
      merged[merged.length - 1] = { first: previous.first, last: range.last };
  }
  return merged;
}

/** Every address of `from` that is in none of `taken`, merged and in ascending order. */
export function subtractRanges(from: readonly IpRange[], taken: readonly IpRange[]): IpRange[] {
  return mergeRanges(taken).reduce((left, hole) => left.flatMap((range) => cut(range, hole)), mergeRanges(from));
}

function joins(previous: IpRange, next: IpRange): boolean {
  return previous.first.family === next.first.family && next.first.value <= previous.last.value + 1n;
}

function cut(range: IpRange, hole: IpRange): IpRange[] {
  if (!rangesOverlap(range, hole)) return [range];
  const pieces: IpRange[] = [];
  if (range.first.value < hole.first.value) {
    pieces.push({ first: range.first, last: offsetIpAddress(hole.first, -1n) });
  }
  if (hole.last.value < range.last.value) {
    pieces.push({ first: offsetIpAddress(hole.last, 1n), last: range.last });
  }
  return pieces;
}
