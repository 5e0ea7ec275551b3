import { cidrContains, parseCidr, parseIpAddress } from "@rhumbline/net";
import type { DesiredDhcp, DesiredDhcpSubnet } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import { membersOf } from "../logical-network/membership.ts";
import type { LogicalNetwork, Port, Subnet } from "../logical-network/state.ts";

/** A network's DHCP server, the same for every node; undefined: it has none. */
export function compileDhcp(state: LogicalNetwork, networkId: string): DesiredDhcp | undefined {
  const network = state.networks.get(networkId);
  const portId = state.dhcpPortByNetwork.get(networkId) ?? "";
  const port = state.ports.get(portId);
  if (network === undefined || port === undefined) return undefined;
  const all = membersOf(state.subnetsByNetwork, networkId)
    .sort()
    .flatMap((id) => entryOf(state.subnets, id));
  const subnets = all.flatMap(([subnetId, subnet]) => compileSubnet(subnetId, subnet, port) ?? []);
  if (subnets.length === 0) return undefined;
  const onLink = all.map(([, { cidr }]) => cidr).filter((cidr) => !cidr.includes(":"));
  return { networkId, portId, macAddress: port.macAddress, mtu: network.mtu, subnets, onLink };
}

function entryOf(subnets: ReadonlyMap<string, Subnet>, id: string): [string, Subnet][] {
  const subnet = subnets.get(id);
  return subnet === undefined ? [] : [[id, subnet]];
}

/** Undefined: it is without DHCP, or the server has no address in it yet. */
function compileSubnet(subnetId: string, subnet: Subnet, { ipAddresses }: Port): DesiredDhcpSubnet | undefined {
  const { cidr, gatewayIp, enableDhcp, dnsNameservers, hostRoutes, ipv6RaMode, ipv6AddressMode } = subnet;
  const serverAddress = ipAddresses.find((ip) => cidrContains(parseCidr(cidr), parseIpAddress(ip)));
  if (!enableDhcp || serverAddress === undefined) return undefined;
  const modes = { ipv6RaMode, ipv6AddressMode };
  return { subnetId, cidr, serverAddress, gatewayIp, dnsNameservers, hostRoutes, ...modes };
}
