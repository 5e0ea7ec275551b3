import { type Cidr, formatCidr } from "./cidr.ts";
import type { IpAddress } from "./ip-address.ts";
import type { MacAddress } from "./mac.ts";

/** The address that a host with this MAC forms on an IPv6 /64 by SLAAC: modified EUI-64, RFC 4291 appendix A.
 *  @throws RangeError when the network is no IPv6 /64, the only length that SLAAC works on (RFC 4862). */
export function eui64Address(cidr: Cidr, mac: MacAddress): IpAddress {
  if (cidr.network.family !== 6 || cidr.prefixLength !== 64) {
    throw new RangeError(`${formatCidr(cidr)} has no EUI-64 addresses: expected an IPv6 /64`);
  }
  return { family: 6, value: cidr.network.value | interfaceIdentifier(mac) };
}

function interfaceIdentifier(mac: MacAddress): bigint {
  const universalBit = 1n << 57n;
  const upper = mac.value >> 24n;
  const lower = mac.value & 0xffffffn;
  return ((upper << 40n) | (0xfffen << 24n) | lower) ^ universalBit;
}
