import { type Cidr, cidrOf, ipAddressBits, parseCidr, parseIpAddress } from "@rhumbline/net";

/** A CIDR, or an address, which is the CIDR of it alone.
 *  @throws {InvalidCidr} {InvalidIpAddress} */
export function parsePrefix(text: string): Cidr {
  if (text.includes("/")) return parseCidr(text);
  const address = parseIpAddress(text);
  return cidrOf(address, ipAddressBits(address.family));
}
