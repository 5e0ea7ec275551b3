import type { Causation } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import { evolveAddressGroup } from "./address-group.ts";
import type {
  FloatingIpEvent,
  LogicalNetworkEvent,
  PortEvent,
  RouterEvent,
  SecurityGroupEvent,
  SubnetEvent,
} from "./events.ts";
import { evolveFloatingIp } from "./floating-ip.ts";
import { addMember, dropMember } from "./membership.ts";
import { evolveNetwork } from "./network.ts";
import { applyToOwners } from "./owners.ts";
import { evolvePort } from "./port.ts";
import { evolveRouter } from "./router.ts";
import { addressGroupsOf, evolveSecurityGroup, remoteGroupsOf } from "./security-group.ts";
import { isDhcpPort, type LogicalNetwork, networksOf } from "./state.ts";
import { evolveSubnet } from "./subnet.ts";

/** Folds one event into the state's maps.
 *  @param stream that the event is in.
 *  @param id of the thing whose stream that is.
 *  @param cause the event, as the cause of what follows from it. */
export function applyToLogicalNetwork(
  state: LogicalNetwork,
  { stream, id }: { readonly stream: string; readonly id: string },
  event: LogicalNetworkEvent,
  cause: { readonly causation: Causation },
): void {
  applyToOwners(state.owners, stream, event);
  switch (event.type) {
    case "NetworkCreated":
    case "NetworkUpdated":
    case "NetworkDeleted":
      put(state.networks, id, evolveNetwork(state.networks.get(id), event));
      return;
    case "SubnetCreated":
    case "SubnetUpdated":
    case "SubnetDeleted":
      applyToSubnet(state, id, event);
      return;
    case "PortCreated":
    case "PortUpdated":
    case "PortBound":
    case "PortUnbound":
    case "PortMoveStarted":
    case "PortMoveAborted":
    case "PortDeleted":
      applyToPort(state, id, event);
      return;
    case "FloatingIpCreated":
    case "FloatingIpUpdated":
    case "FloatingIpAssociated":
    case "FloatingIpDisassociated":
    case "FloatingIpDeleted":
    case "PortForwardingCreated":
    case "PortForwardingUpdated":
    case "PortForwardingDeleted":
      applyToFloatingIp(state, id, event);
      return;
    case "SecurityGroupCreated":
    case "SecurityGroupUpdated":
    case "SecurityGroupRuleAdded":
    case "SecurityGroupRuleRemoved":
    case "SecurityGroupDeleted":
      applyToSecurityGroup(state, id, event);
      return;
    case "AddressGroupCreated":
    case "AddressGroupUpdated":
    case "AddressGroupDeleted":
      put(state.addressGroups, id, evolveAddressGroup(state.addressGroups.get(id), event));
      return;
    default:
      applyToRouter(state, id, event, cause.causation);
  }
}

function applyToSubnet(state: LogicalNetwork, id: string, event: SubnetEvent): void {
  const before = state.subnets.get(id);
  const after = evolveSubnet(before, event);
  put(state.subnets, id, after);
  if (before !== undefined) dropMember(state.subnetsByNetwork, before.networkId, id);
  if (after !== undefined) addMember(state.subnetsByNetwork, after.networkId, id);
}

function applyToPort(state: LogicalNetwork, id: string, event: PortEvent): void {
  const before = state.ports.get(id);
  const after = evolvePort(before, event);
  put(state.ports, id, after);
  if (before !== undefined && isDhcpPort(before)) state.dhcpPortByNetwork.delete(before.networkId);
  if (after !== undefined && isDhcpPort(after)) state.dhcpPortByNetwork.set(after.networkId, id);
  if (before?.securityGroupIds !== after?.securityGroupIds) {
    for (const groupId of before?.securityGroupIds ?? []) dropMember(state.portsByGroup, groupId, id);
    for (const groupId of after?.securityGroupIds ?? []) addMember(state.portsByGroup, groupId, id);
  }
  if (before?.networkId === after?.networkId) return;
  if (before !== undefined) dropMember(state.portsByNetwork, before.networkId, id);
  if (after !== undefined) addMember(state.portsByNetwork, after.networkId, id);
}

function applyToRouter(state: LogicalNetwork, id: string, event: RouterEvent, causation: Causation): void {
  const before = state.routers.get(id);
  const after = evolveRouter(before, event, causation);
  put(state.routers, id, after);
  for (const networkId of before ? networksOf(before) : []) dropMember(state.routersByNetwork, networkId, id);
  for (const networkId of after ? networksOf(after) : []) addMember(state.routersByNetwork, networkId, id);
}

function applyToSecurityGroup(state: LogicalNetwork, id: string, event: SecurityGroupEvent): void {
  const before = state.securityGroups.get(id);
  const after = evolveSecurityGroup(before, event);
  put(state.securityGroups, id, after);
  const remotes = (group: typeof after) => (group ? [...remoteGroupsOf(group), ...addressGroupsOf(group)] : []);
  for (const remoteId of remotes(before)) dropMember(state.groupsByRemote, remoteId, id);
  for (const remoteId of remotes(after)) addMember(state.groupsByRemote, remoteId, id);
}

function applyToFloatingIp(state: LogicalNetwork, id: string, event: FloatingIpEvent): void {
  const before = state.floatingIps.get(id);
  const after = evolveFloatingIp(before, event);
  put(state.floatingIps, id, after);
  if (before?.routerId) dropMember(state.floatingIpsByRouter, before.routerId, id);
  if (after?.routerId) addMember(state.floatingIpsByRouter, after.routerId, id);
  for (const [forwardingId] of before?.forwardings.entries() ?? []) state.floatingIpByForwarding.delete(forwardingId);
  for (const [forwardingId] of after?.forwardings.entries() ?? []) state.floatingIpByForwarding.set(forwardingId, id);
}

function put<V>(map: Map<string, V>, id: string, value: V | undefined): void {
  if (value === undefined) map.delete(id);
  else map.set(id, value);
}
