import { type Cidr, cidrsOverlap, parseCidr } from "@rhumbline/net";

/** Addresses that no port of a network can have. 240.0.0.0/4 is none of them: Linux takes it for unicast. */
const specialCidrs: readonly (readonly [cidr: string, what: string])[] = [
  ["0.0.0.0/8", "addresses of this host itself (RFC 1122, section 3.2.1.3)"],
  ["127.0.0.0/8", "loopback addresses (RFC 1122, section 3.2.1.3)"],
  ["224.0.0.0/4", "multicast addresses (RFC 5771)"],
  ["255.255.255.255/32", "the limited broadcast address (RFC 919)"],
  ["::/127", "the unspecified and the loopback address (RFC 4291, sections 2.5.2 and 2.5.3)"],
  ["fe80::/10", "link-local addresses, which each host makes for itself (RFC 4291, section 2.5.6)"],
  ["ff00::/8", "multicast addresses (RFC 4291, section 2.7)"],
];
const blocks = specialCidrs.map(([cidr, what]) => ({ block: parseCidr(cidr), what }));

/** Why a subnet can't have the CIDR: which addresses in it no port can have. Undefined: it can. */
export function specialIn(cidr: Cidr): string | undefined {
  return blocks.find(({ block }) => cidrsOverlap(block, cidr))?.what;
}
