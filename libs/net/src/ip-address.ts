import { readIpv4Text, writeIpv4Text } from "./ipv4-text.ts";
import { readIpv6Text, writeIpv6Text } from "./ipv6-text.ts";

export type IpFamily = 4 | 6;

/** An address as a number: 32 bits in family 4, 128 bits in family 6. Compare with `sameIpAddress`, never with `===`;
 *  `formatIpAddress` gives a key for maps, since each address has exactly one canonical text. */
export interface IpAddress {
  readonly family: IpFamily;
  readonly value: bigint;
}

export class InvalidIpAddress extends Error {
  override readonly name = "InvalidIpAddress";
  readonly text: string;
  constructor(text: string, reason = "expected IPv4 such as 192.0.2.1 (no leading zeros) or IPv6 such as 2001:db8::1") {
    super(`${JSON.stringify(text)} is not an IP address: ${reason}`);
    this.text = text;
  }
}

/** @throws InvalidIpAddress for anything but RFC 4291 or dotted decimal text: no zone, no prefix length, no spaces. */
export function parseIpAddress(text: string): IpAddress {
  const ipv4 = readIpv4Text(text);
  if (ipv4 !== undefined) return { family: 4, value: ipv4 };
  const ipv6 = readIpv6Text(text);
  if (ipv6 !== undefined) return { family: 6, value: ipv6 };
  throw new InvalidIpAddress(text);
}

/** The canonical text: dotted decimal, or RFC 5952. */
export function formatIpAddress(address: IpAddress): string {
  return address.family === 4 ? writeIpv4Text(address.value) : writeIpv6Text(address.value);
}

/** The canonical text of the same address: of IPv4 there is no other.
 *  @throws InvalidIpAddress as `parseIpAddress` */
export const canonicalIpAddress = (text: string): string =>
  readIpv4Text(text) === undefined ? formatIpAddress(parseIpAddress(text)) : text;

export function ipAddressBits(family: IpFamily): 32 | 128 {
  return family === 4 ? 32 : 128;
}

/** For `sort`: IPv4 before IPv6, then by number. */
export function compareIpAddresses(a: IpAddress, b: IpAddress): number {
  if (a.family !== b.family) return a.family - b.family;
  if (a.value === b.value) return 0;
  return a.value < b.value ? -1 : 1;
}

export function sameIpAddress(a: IpAddress, b: IpAddress): boolean {
  return a.family === b.family && a.value === b.value;
}

/** The address `offset` places after `address`, or before it when negative.
 *  @throws RangeError when that leaves the family's space. */
export function offsetIpAddress(address: IpAddress, offset: bigint): IpAddress {
  const value = address.value + offset;
  if (value < 0n || value >> BigInt(ipAddressBits(address.family)) !== 0n) {
    throw new RangeError(`${formatIpAddress(address)} offset by ${offset} is outside IPv${address.family}`);
  }
  return { family: address.family, value };
}
