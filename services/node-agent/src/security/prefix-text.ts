import { type Cidr, formatCidr, formatIpAddress, ipAddressBits } from "@rhumbline/net";

/** An address alone without its prefix length: as nft and ipset print it. */
export function prefixText(prefix: Cidr): string {
  const { network, prefixLength } = prefix;
  return prefixLength === ipAddressBits(network.family) ? formatIpAddress(network) : formatCidr(prefix);
}
