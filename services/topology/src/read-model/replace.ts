import { instanceDevice } from "@rhumbline/net";
import type { AddressGroupState } from "../address-group/state.ts";
import type { FloatingIpState } from "../floating-ip/state.ts";
import type { NetworkState } from "../network/state.ts";
import type { ActivePort, Port, PortState } from "../port/state.ts";
import { portForwardingsOf } from "../port-forwarding/decide.ts";
import type { StampedPortForwarding } from "../port-forwarding/state.ts";
import type { RouterState } from "../router/state.ts";
import type { SecurityGroupState } from "../security-group/state.ts";
import { type Links, link, relink, unlink } from "./index-map.ts";
import { nameKey } from "./name-key.ts";
import type { KnownNode, KnownSubnet, TopologyState } from "./state.ts";

/** Puts the next value in a thing's place, or takes the thing away; the indexes follow. */
function replace<T>(
  byId: Map<string, T>,
  id: string,
  next: T | undefined,
  linksOf: (thing: T) => Links,
  before = byId.get(id),
): void {
  if (before === undefined) link(id, next === undefined ? [] : linksOf(next));
  else relink(id, linksOf(before), next === undefined ? [] : linksOf(next));
  if (next === undefined) byId.delete(id);
  else byId.set(id, next);
}

export const replaceNetwork = (state: TopologyState, id: string, next: NetworkState): void =>
  replace(state.networks, id, next.status === "absent" ? undefined : next, ({ network }) => [
    [state.networksByProject, network.projectId],
  ]);

export function replacePort(state: TopologyState, id: string, before: PortState, next: PortState): void {
  const [was, is] = [before, next].map((port) => (port.status === "absent" ? undefined : port));
  if (was === undefined || is === undefined) state.portIds[is === undefined ? "delete" : "add"](id);
  if (was?.port.name !== is?.port.name) {
    if (was !== undefined) state.portNames.delete(nameKey(was.port.name, id));
    if (is !== undefined) state.portNames.add(nameKey(is.port.name, id));
  }
  replace(state.ports, id, is, linksOfPort(state), was);
}

const linksOfPort =
  (state: TopologyState) =>
  ({ port, madeForDevice }: ActivePort): Links => [
    [state.portsByProject, madeForDevice ? "" : port.projectId],
    [state.portsByNetwork, port.networkId],
    [state.portsByDevice, port.deviceId],
    ...port.securityGroupIds.map((groupId) => [state.portsBySecurityGroup, groupId] as const),
    ...namedDevices(port).map((device) => [state.portsByNamedDevice, device] as const),
  ];

/** Where it is, and where it is on its way to. */
function namedDevices({ id, binding }: Port): readonly string[] {
  if (binding === undefined) return [];
  const places = binding.move === undefined ? [binding] : [binding, binding.move];
  return places.flatMap(({ host, device }) => (device === instanceDevice(id) ? [] : [`${host} ${device}`]));
}

export const replaceRouter = (state: TopologyState, id: string, next: RouterState): void =>
  replace(state.routers, id, next.status === "absent" ? undefined : next, ({ router, interfaces, gateway }) => [
    [state.routersByProject, router.projectId],
    ...interfaces.map(({ subnetId }) => [state.routersBySubnet, subnetId] as const),
    [state.routersByGatewayNetwork, gateway?.networkId ?? ""],
  ]);

export const replaceFloatingIp = (state: TopologyState, id: string, next: FloatingIpState): void =>
  replace(state.floatingIps, id, next.status === "absent" ? undefined : next, (one) => [
    [state.floatingIpsByProject, one.floatingIp.projectId],
    [state.floatingIpsByNetwork, one.floatingIp.floatingNetworkId],
    [state.floatingIpsByPort, one.association?.portId ?? ""],
    [state.floatingIpsByRouter, one.association?.routerId ?? ""],
    ...portForwardingsOf(one).flatMap((forwarding) => forwardingLinks(state, forwarding)),
  ]);

const forwardingLinks = (state: TopologyState, { id, portForwarding }: StampedPortForwarding): Links => [
  [state.floatingIpsByRouter, portForwarding.routerId],
  [state.floatingIpsByPortForwarding, id],
  [state.floatingIpsByForwardedPort, portForwarding.internalPortId],
];

export function replaceSecurityGroup(state: TopologyState, id: string, next: SecurityGroupState): void {
  const before = state.securityGroups.get(id)?.group;
  const after = next.status === "absent" ? undefined : next.group;
  for (const rule of before?.rules ?? []) {
    unlink(rule.id, [[state.securityGroupRulesByProject, before?.projectId ?? ""]]);
  }
  for (const rule of after?.rules ?? []) link(rule.id, [[state.securityGroupRulesByProject, after?.projectId ?? ""]]);
  replace(state.securityGroups, id, next.status === "absent" ? undefined : next, ({ group }) => [
    [state.securityGroupsByProject, group.projectId],
    ...group.rules.map((rule) => [state.securityGroupsByRule, rule.id] as const),
    ...group.rules.map((rule) => [state.securityGroupsByRemote, rule.remoteGroupId] as const),
    ...group.rules.map((rule) => [state.securityGroupsByRemote, rule.remoteAddressGroupId] as const),
  ]);
}

export const replaceAddressGroup = (state: TopologyState, id: string, next: AddressGroupState): void =>
  replace(state.addressGroups, id, next.status === "absent" ? undefined : next, ({ group }) => [
    [state.addressGroupsByProject, group.projectId],
  ]);

export const replaceSubnet = (state: TopologyState, id: string, next: KnownSubnet | undefined): void =>
  replace(state.subnets, id, next, ({ networkId, projectId }) => [
    [state.subnetsByNetwork, networkId],
    [state.subnetsByProject, projectId],
  ]);

export const replaceNode = (state: TopologyState, id: string, next: KnownNode | undefined): void =>
  replace(state.nodes, id, next, ({ name }) => [[state.nodesByName, name]]);
