import type { AddressPair, DesiredPort } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import type { Port } from "../logical-network/state.ts";
import { isReferredTo, usersOf } from "./group-places.ts";
import type { Compiled, Resource } from "./state.ts";

/** Whose rules ports of the node have. */
export function wantedSecurityGroup(state: Compiled, nodeId: string, groupId: string): Resource | undefined {
  const group = state.securityGroups.get(groupId);
  if (group === undefined || usersOf(state, { nodeId, groupId }) === 0) return undefined;
  return { $case: "securityGroup", value: { securityGroupId: groupId, rules: group.rules } };
}

/** Whom rules of the node let through as a member of a group, wherever it is. */
export function wantedGroupMember(state: Compiled, nodeId: string, portId: string): Resource | undefined {
  const port = state.ports.get(portId);
  if (port === undefined) return undefined;
  const { securityGroupIds } = port;
  if (!securityGroupIds.some((groupId) => isReferredTo(state, nodeId, groupId))) return undefined;
  const ipAddresses = [...port.ipAddresses, ...port.allowedAddressPairs.map(({ ipAddress }) => ipAddress)];
  return { $case: "groupMember", value: { portId, securityGroupIds, ipAddresses: [...new Set(ipAddresses)] } };
}

export function wantedAddressGroup(state: Compiled, nodeId: string, addressGroupId: string): Resource | undefined {
  const group = state.addressGroups.get(addressGroupId);
  if (group === undefined || !isReferredTo(state, nodeId, addressGroupId)) return undefined;
  return { $case: "addressGroup", value: { addressGroupId, addresses: group.addresses } };
}

/** What a port may send and get, as its node has to know it. */
export function securityOf(port: Port): Pick<DesiredPort, "portSecurity" | "securityGroupIds" | "allowedAddressPairs"> {
  const { portSecurity, securityGroupIds, macAddress } = port;
  const allowedAddressPairs: AddressPair[] = port.allowedAddressPairs.map((pair) => ({
    ipAddress: pair.ipAddress,
    macAddress: pair.macAddress || macAddress,
  }));
  return { portSecurity, securityGroupIds, allowedAddressPairs };
}
