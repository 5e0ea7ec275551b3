import { cidrContains, parseCidr, parseIpAddress } from "@rhumbline/net";
import { compileDhcp } from "../compile/compile-dhcp.ts";
import { membersOf } from "../logical-network/membership.ts";
import type { LogicalNetwork, Port, Subnet } from "../logical-network/state.ts";

/** What an instance is told about one of its addresses. */
export interface PortLease {
  readonly ipAddress: string;
  readonly subnetId: string;
  readonly method: "dhcp" | "dhcpv6" | "slaac" | "none";
  /** Empty: nobody tells it. */
  readonly serverAddress: string;
  readonly gatewayIp: string;
  readonly dnsNameservers: readonly string[];
  /** "10.9.0.0/16 via 10.0.0.9". */
  readonly routes: readonly string[];
  readonly mtu: number;
  readonly dnsName: string;
  /** Of the port itself: "bootfile-name=pxelinux.0". */
  readonly options: readonly string[];
}

export function leasesOf(state: LogicalNetwork, port: Port): PortLease[] {
  const served = compileDhcp(state, port.networkId)?.subnets ?? [];
  const subnets = membersOf(state.subnetsByNetwork, port.networkId).flatMap((id) => {
    const subnet = state.subnets.get(id);
    return subnet === undefined ? [] : [[id, subnet] as const];
  });
  return port.ipAddresses.flatMap((ipAddress) => {
    const [subnetId, subnet] = subnets.find(([, { cidr }]) => contains(cidr, ipAddress)) ?? [];
    if (subnetId === undefined || subnet === undefined) return [];
    const { dnsNameservers = subnet.dnsNameservers, serverAddress = "" } =
      served.find((each) => each.subnetId === subnetId) ?? {};
    const method = methodOf(subnet, serverAddress !== "");
    const version = ipAddress.includes(":") ? 6 : 4;
    return {
      ipAddress,
      subnetId,
      method,
      serverAddress: method === "none" ? "" : serverAddress,
      gatewayIp: subnet.gatewayIp,
      dnsNameservers,
      routes: subnet.hostRoutes.map(({ destination, nextHop }) => `${destination} via ${nextHop}`),
      mtu: state.networks.get(port.networkId)?.mtu ?? 0,
      dnsName: port.dnsName,
      options: port.dhcpOptions
        .filter(({ ipVersion }) => (ipVersion || 4) === version)
        .map(({ name, value }) => `${name}=${value}`),
    };
  });
}

function methodOf({ cidr, ipv6RaMode, ipv6AddressMode }: Subnet, served: boolean): PortLease["method"] {
  if (!cidr.includes(":")) return served ? "dhcp" : "none";
  if (["slaac", "dhcpv6-stateless"].includes(ipv6AddressMode || ipv6RaMode)) return "slaac";
  return served ? "dhcpv6" : "none";
}

const contains = (text: string, ipAddress: string): boolean => {
  const cidr = parseCidr(text);
  const address = parseIpAddress(ipAddress);
  return cidr.network.family === address.family && cidrContains(cidr, address);
};
