import { cidrContains, formatIpAddress, formatMac, parseCidr, parseIpAddress, parseMac } from "@rhumbline/net";
import type { DesiredDhcpSubnet, DesiredPort } from "@rhumbline/proto/rhumbline/agent/v1/desired";

type AddressedPort = Pick<DesiredPort, "macAddress" | "ipAddresses" | "dnsName">;
type Subnets = readonly DesiredDhcpSubnet[];

/** A port as dnsmasq knows it, a line for each address that it gives; empty: none.
 *  @throws Error for text that is no address. */
export function hostLines(port: AddressedPort, subnets: Subnets): string {
  const mac = formatMac(parseMac(port.macAddress));
  return givenAddresses(port, subnets)
    .map(({ family, text }) => `${mac},${hostName(port.dnsName, text)},${family === 6 ? `[${text}]` : text}\n`)
    .join("");
}

/** Those of the port's addresses that dnsmasq keeps for who is called as the client that it gave them to (DUID), whatever its
 *  MAC address. @throws Error for text that is no address. */
export const keptAddresses = (port: AddressedPort, subnets: Subnets): string[] =>
  givenAddresses(port, subnets).flatMap(({ family, text }) => (family === 6 ? [text] : []));

function givenAddresses({ ipAddresses }: AddressedPort, subnets: Subnets) {
  return ipAddresses.map(parseIpAddress).flatMap((address) => {
    const subnet = subnets.find(({ cidr }) => cidrContains(parseCidr(cidr), address));
    const given = subnet !== undefined && isGiven(subnet);
    return given ? [{ family: address.family, text: formatIpAddress(address) }] : [];
  });
}

/** Addresses that instances make themselves aren't given by anybody. */
const isGiven = ({ ipv6AddressMode, ipv6RaMode }: DesiredDhcpSubnet): boolean =>
  ipv6AddressMode === "dhcpv6-stateful" || (ipv6AddressMode === "" && ipv6RaMode === "");

/** The first label alone: what is behind it is the network's to say. Those without a name are called as Neutron does it. */
const hostName = (dnsName: string, ip: string): string =>
  /^[a-z0-9-]+/.exec(dnsName)?.[0] ?? `host-${ip.replaceAll(/[.:]/g, "-")}`;
