import { cidrContains, parseCidr, parseIpAddress } from "@rhumbline/net";
import type { LogicalNetwork, Subnet } from "../logical-network/state.ts";

/** The address that the network's DHCP server has in a subnet; undefined: none there. */
export function serverAddressIn(
  { dhcpPortByNetwork, ports }: Pick<LogicalNetwork, "dhcpPortByNetwork" | "ports">,
  { networkId, cidr }: Pick<Subnet, "networkId" | "cidr">,
): string | undefined {
  const server = ports.get(dhcpPortByNetwork.get(networkId) ?? "");
  return server?.ipAddresses.find((ip) => cidrContains(parseCidr(cidr), parseIpAddress(ip)));
}

/** Those that a subnet was given; without any the network's own server, which knows the names of its instances, as in Neutron. */
export function nameServersOf(state: LogicalNetwork, subnet: Subnet): string[] {
  if (subnet.dnsNameservers.length > 0) return [...subnet.dnsNameservers];
  const server = subnet.enableDhcp ? serverAddressIn(state, subnet) : undefined;
  return server === undefined ? [] : [server];
}
