import type { DesiredDhcp, DesiredDhcpSubnet } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import { membersOf } from "../logical-network/membership.ts";
import type { LogicalNetwork, Subnet } from "../logical-network/state.ts";
import { nameServersOf, serverAddressIn } from "./name-servers.ts";

/** A network's DHCP server, the same for every node; undefined: it has none. */
export function compileDhcp(state: LogicalNetwork, networkId: string): DesiredDhcp | undefined {
  const network = state.networks.get(networkId);
  const portId = state.dhcpPortByNetwork.get(networkId) ?? "";
  const port = state.ports.get(portId);
  if (network === undefined || port === undefined) return undefined;
  const all = membersOf(state.subnetsByNetwork, networkId)
    .sort()
    .flatMap((id) => entryOf(state.subnets, id));
  const subnets = all.flatMap(([subnetId, subnet]) => compileSubnet(state, subnetId, subnet) ?? []);
  if (subnets.length === 0) return undefined;
  const onLink = all.map(([, { cidr }]) => cidr).filter((cidr) => !cidr.includes(":"));
  return { networkId, portId, macAddress: port.macAddress, mtu: network.mtu, subnets, onLink };
}

function entryOf(subnets: ReadonlyMap<string, Subnet>, id: string): [string, Subnet][] {
  const subnet = subnets.get(id);
  return subnet === undefined ? [] : [[id, subnet]];
}

/** Undefined: it is without DHCP, or the server has no address in it yet. */
function compileSubnet(state: LogicalNetwork, subnetId: string, subnet: Subnet): DesiredDhcpSubnet | undefined {
  const { cidr, gatewayIp, enableDhcp, hostRoutes, ipv6RaMode, ipv6AddressMode } = subnet;
  const serverAddress = serverAddressIn(state, subnet);
  if (!enableDhcp || serverAddress === undefined) return undefined;
  const dnsNameservers = nameServersOf(state, subnet);
  return { subnetId, cidr, serverAddress, gatewayIp, dnsNameservers, hostRoutes, ipv6RaMode, ipv6AddressMode };
}
