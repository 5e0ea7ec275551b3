import { cidrContains, formatIpAddress, formatMac, parseCidr, parseIpAddress, parseMac } from "@rhumbline/net";
import type { DesiredDhcpSubnet, DesiredPort } from "@rhumbline/proto/rhumbline/agent/v1/desired";

/** A port as dnsmasq knows it, a line for each address that it gives; empty: none.
 *  @throws Error for text that is no address. */
export function hostLines(
  { macAddress, ipAddresses, dnsName }: DesiredPort,
  subnets: readonly DesiredDhcpSubnet[],
): string {
  const mac = formatMac(parseMac(macAddress));
  return ipAddresses
    .map((text) => {
      const address = parseIpAddress(text);
      const subnet = subnets.find(({ cidr }) => cidrContains(parseCidr(cidr), address));
      if (subnet === undefined || !isGiven(subnet)) return "";
      const ip = formatIpAddress(address);
      return `${mac},${hostName(dnsName, ip)},${address.family === 6 ? `[${ip}]` : ip}\n`;
    })
    .join("");
}

/** Addresses that instances make themselves aren't given by anybody. */
const isGiven = ({ ipv6AddressMode, ipv6RaMode }: DesiredDhcpSubnet): boolean =>
  ipv6AddressMode === "dhcpv6-stateful" || (ipv6AddressMode === "" && ipv6RaMode === "");

/** The first label alone: what is behind it is the network's to say. Those without a name are called as Neutron does it. */
const hostName = (dnsName: string, ip: string): string =>
  /^[a-z0-9-]+/.exec(dnsName)?.[0] ?? `host-${ip.replaceAll(/[.:]/g, "-")}`;
