import { parseCidr, parseIpAddress } from "@rhumbline/net";
import type { ActiveFloatingIp } from "../floating-ip/state.ts";
import { deviceOwners } from "../port/device-owner.ts";
import type { ActiveRouter, ConnectedSubnet } from "../router/state.ts";
import { linked } from "./index-map.ts";
import type { KnownNode, KnownSubnet, TopologyState } from "./state.ts";

const present = <T>(byId: ReadonlyMap<string, T>, ids: readonly string[]): T[] =>
  ids.flatMap((id) => byId.get(id) ?? []);

export const subnetsOf = (state: TopologyState, networkId: string): KnownSubnet[] =>
  present(state.subnets, linked(state.subnetsByNetwork, networkId));

export const isIpv4 = ({ cidr }: Pick<KnownSubnet, "cidr">): boolean => parseCidr(cidr).network.family === 4;
export const isIpv4Address = (address: string): boolean => parseIpAddress(address).family === 4;

/** By id, or by name. Several where a name is not unique. */
export function nodesNamed(state: TopologyState, nameOrId: string): KnownNode[] {
  const byId = state.nodes.get(nameOrId);
  return byId === undefined ? present(state.nodes, linked(state.nodesByName, nameOrId)) : [byId];
}

/** The port that a device of a node is bound to by its name. */
export const portWithDevice = (state: TopologyState, nodeId: string, device: string): string | undefined =>
  linked(state.portsByNamedDevice, `${nodeId} ${device}`)[0];

/** The subnets in which the router's gateway has its addresses. */
export function gatewaySubnets(state: TopologyState, { gateway }: Pick<ActiveRouter, "gateway">): ConnectedSubnet[] {
  return (gateway?.addresses ?? []).flatMap(({ subnetId }) => {
    const subnet = state.subnets.get(subnetId);
    return subnet === undefined ? [] : [{ subnetId, cidr: subnet.cidr }];
  });
}

/** The router that can translate a floating IP of the network for an address in the subnet: one with an interface in the
 *  one and its gateway in the other. Of several, the one that is the subnet's gateway, as in Neutron's
 *  _get_router_for_floatingip (neutron/db/l3_db.py). */
export function routerBetween(state: TopologyState, subnetId: string, networkId: string): ActiveRouter | undefined {
  const candidates = present(state.routers, linked(state.routersBySubnet, subnetId)).filter(
    ({ gateway }) => gateway?.networkId === networkId,
  );
  const gatewayIp = state.subnets.get(subnetId)?.gatewayIp;
  const isGateway = ({ interfaces }: ActiveRouter): boolean =>
    interfaces.some((one) => one.subnetId === subnetId && one.ipAddress === gatewayIp);
  return candidates.find(isGateway) ?? candidates[0];
}

export const floatingIpsOfPort = (state: TopologyState, portId: string): ActiveFloatingIp[] =>
  present(state.floatingIps, linked(state.floatingIpsByPort, portId));

/** The port's addresses that floating IPs stand for → one such floating IP each. */
export const fixedIpsTranslated = (state: TopologyState, portId: string): Map<string, string> =>
  new Map(floatingIpsOfPort(state, portId).map(({ id, association }) => [association?.fixedIpAddress ?? "", id]));

/** Those that the router translates; with a subnet, for addresses in it. */
export function floatingIpsThrough(state: TopologyState, routerId: string, subnetId?: string): string[] {
  const through = present(state.floatingIps, linked(state.floatingIpsByRouter, routerId));
  return through
    .filter(({ association }) => association !== undefined && liesIn(state, association, subnetId))
    .map(({ id }) => id);
}

/** Whether a fixed IP lies in the subnet; without one, in any. */
export function liesIn(
  state: TopologyState,
  { portId, fixedIpAddress }: { readonly portId: string; readonly fixedIpAddress: string },
  subnetId: string | undefined,
): boolean {
  if (subnetId === undefined) return true;
  const fixedIps = state.ports.get(portId)?.port.fixedIps ?? [];
  return fixedIps.some((one) => one.ipAddress === fixedIpAddress && one.subnetId === subnetId);
}

/** Routers with their gateway in the network and floating IPs from it, as texts for a person. */
export const externalUsers = (state: TopologyState, networkId: string): string[] => [
  ...linked(state.routersByGatewayNetwork, networkId).map((id) => `router ${id}`),
  ...linked(state.floatingIpsByNetwork, networkId).map((id) => `floating IP ${id}`),
];

export const portsOf = (state: TopologyState, networkId: string): string[] => linked(state.portsByNetwork, networkId);

/** Ports that other projects than the network's have in it; those of routers and floating IPs in an external network
 *  are there since it is external. */
export const portsOfOthers = (state: TopologyState, { id, projectId }: { id: string; projectId: string }): string[] =>
  portsOf(state, id).filter((portId) => {
    const port = state.ports.get(portId)?.port;
    return port !== undefined && port.projectId !== projectId && !leadsOutside(port.deviceOwner);
  });

const leadsOutside = (deviceOwner: string): boolean =>
  deviceOwner === deviceOwners.routerGateway || deviceOwner === deviceOwners.floatingIp;
