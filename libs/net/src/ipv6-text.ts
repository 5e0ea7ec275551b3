import { readIpv4Text, writeIpv4Text } from "./ipv4-text.ts";

const groupCount = 8;
const group = /^[0-9a-fA-F]{1,4}$/;
const mappedPrefix = 0xffffn;

/** The text forms of RFC 4291 section 2.2 (`::` once, IPv4 tail, either case), as a number of 128 bits; undefined
 *  when the text is anything else. A zone (`%eth0`) is refused: it means something on one host only. */
export function readIpv6Text(text: string): bigint | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const [left = "", right] = halves;
  const head = readGroups(left, right === undefined);
  const tail = readGroups(right ?? "", true);
  if (head === undefined || tail === undefined) return undefined;
  const missing = groupCount - head.length - tail.length;
  if (right === undefined ? missing !== 0 : missing < 1) return undefined;
  const zeros = new Array<bigint>(missing).fill(0n);
  return [...head, ...zeros, ...tail].reduce((value, each) => (value << 16n) | each, 0n);
}

function readGroups(text: string, mayEndInIpv4: boolean): bigint[] | undefined {
  if (text === "") return [];
  const groups: bigint[] = [];
  const parts = text.split(":");
  for (const [index, part] of parts.entries()) {
    if (group.test(part)) {
      groups.push(BigInt(`0x${part}`));
      continue;
    }
    const ipv4 = mayEndInIpv4 && index === parts.length - 1 ? readIpv4Text(part) : undefined;
    if (ipv4 === undefined) return undefined;
    groups.push(ipv4 >> 16n, ipv4 & 0xffffn);
  }
  return groups;
}

/** The canonical text of RFC 5952: lower case, no leading zeros, `::` for the first of the longest runs of two or more
 *  zero groups, and a dotted tail for IPv4-mapped addresses (section 5). */
export function writeIpv6Text(value: bigint): string {
  if (value >> 32n === mappedPrefix) return `::ffff:${writeIpv4Text(value & 0xffffffffn)}`;
  const groups = Array.from({ length: groupCount }, (_, index) => (value >> BigInt(112 - 16 * index)) & 0xffffn);
  const run = longestZeroRun(groups);
  if (run.length < 2) return hex(groups);
  return `${hex(groups.slice(0, run.start))}::${hex(groups.slice(run.start + run.length))}`;
}

function hex(groups: readonly bigint[]): string {
  return groups.map((each) => each.toString(16)).join(":");
}

function longestZeroRun(groups: readonly bigint[]): { start: number; length: number } {
  let longest = { start: 0, length: 0 };
  let current = { start: 0, length: 0 };
  for (const [index, each] of groups.entries()) {
    current = each === 0n ? { ...current, length: current.length + 1 } : { start: index + 1, length: 0 };
    if (current.length > longest.length) longest = current;
  }
  return longest;
}
