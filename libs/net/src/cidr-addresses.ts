import { type Cidr, cidrSize } from "./cidr.ts";
import { type IpAddress, ipAddressBits, offsetIpAddress } from "./ip-address.ts";
import type { IpRange } from "./ip-range.ts";

export function lastAddress(cidr: Cidr): IpAddress {
  return offsetIpAddress(cidr.network, cidrSize(cidr) - 1n);
}

/** Every address of the network, the ones that no host may have included. */
export function cidrRange(cidr: Cidr): IpRange {
  return { first: cidr.network, last: lastAddress(cidr) };
}

/** The IPv4 broadcast address; undefined where there is none: IPv6, /31 (RFC 3021) and /32. */
export function broadcastAddress(cidr: Cidr): IpAddress | undefined {
  return cidr.network.family === 6 || isPointToPoint(cidr) ? undefined : lastAddress(cidr);
}

/** The addresses a host may have, as Neutron's generate_pools (neutron/ipam/utils.py) counts them: without network and
 *  broadcast address in IPv4, without the subnet-router anycast address (RFC 4291 section 2.6.1) in IPv6; all of a
 *  /31 and /32 (RFC 3021), a /127 (RFC 6164) and a /128. */
export function hostRange(cidr: Cidr): IpRange {
  if (isPointToPoint(cidr)) return cidrRange(cidr);
  return {
    first: offsetIpAddress(cidr.network, 1n),
    last: offsetIpAddress(lastAddress(cidr), cidr.network.family === 4 ? -1n : 0n),
  };
}

/** The IPv4 netmask or its IPv6 likeness: ones for the prefix. */
export function netmask(cidr: Cidr): IpAddress {
  const all = (1n << BigInt(ipAddressBits(cidr.network.family))) - 1n;
  return { family: cidr.network.family, value: all - (cidrSize(cidr) - 1n) };
}

function isPointToPoint(cidr: Cidr): boolean {
  return ipAddressBits(cidr.network.family) - cidr.prefixLength <= 1;
}
