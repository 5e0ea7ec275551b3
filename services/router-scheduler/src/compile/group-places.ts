import { membersOf } from "../logical-network/membership.ts";
import { addressGroupsOf, remoteGroupsOf } from "../logical-network/security-group.ts";
import { isInstancePort, type LogicalNetwork, nodesOfPort } from "../logical-network/state.ts";
import type { Place } from "./place.ts";
import { resourceKey } from "./resource-key.ts";
import type { Compiled } from "./state.ts";

/** A security group that a port on a node has. */
export interface GroupUse {
  readonly nodeId: string;
  readonly groupId: string;
}

/** The groups that a port needs where it is or will be. */
export function groupUsesOf(state: Pick<LogicalNetwork, "ports">, portId: string): GroupUse[] {
  const port = state.ports.get(portId);
  if (port === undefined || !isInstancePort(port)) return [];
  return nodesOfPort(port).flatMap((nodeId) => port.securityGroupIds.map((groupId) => ({ nodeId, groupId })));
}

/** What a port's coming, going or changing may touch besides its own value: its groups on its node, and itself as a member
 *  of them on the nodes whose rules refer to them. The members of the groups that its own groups refer to are looked at
 *  only when it is the first or the last there: else the node has them already. */
export function groupPlacesOfPort(state: Compiled, portId: string): Place[] {
  const uses = groupUsesOf(state, portId);
  const asMember = memberPlaces(state, portId);
  if (uses.length === 0) return asMember;
  return [
    ...asMember,
    ...uses.flatMap((use) => (usersOf(state, use) > 1 ? [groupPlace(use)] : groupPlaces(state, use))),
  ];
}

/** Whatever may differ with the group's rules. */
export function groupPlacesOfGroup(state: Compiled, groupId: string): Place[] {
  return nodesUsing(state, groupId).flatMap((nodeId) => groupPlaces(state, { nodeId, groupId }));
}

export function groupPlacesOfAddressGroup(state: Compiled, addressGroupId: string): Place[] {
  const key = resourceKey("addressgroup", addressGroupId);
  return referringNodes(state, addressGroupId).map((nodeId) => ({ nodeId, key }));
}

/** A group with all that its rules refer to, on one node. */
export function groupPlaces(state: Compiled, use: GroupUse): Place[] {
  const { nodeId, groupId } = use;
  const group = state.securityGroups.get(groupId);
  if (group === undefined) return [groupPlace(use)];
  const members = remoteGroupsOf(group).flatMap((remoteId) => membersOf(state.portsByGroup, remoteId));
  return [
    groupPlace(use),
    ...addressGroupsOf(group).map((id) => ({ nodeId, key: resourceKey("addressgroup", id) })),
    ...members.map((portId) => ({ nodeId, key: resourceKey("groupmember", portId) })),
  ];
}

/** A port as a member of its groups, on each node that has to know. */
function memberPlaces(state: Compiled, portId: string): Place[] {
  const groupIds = state.ports.get(portId)?.securityGroupIds ?? [];
  const nodeIds = once(groupIds.flatMap((groupId) => referringNodes(state, groupId)));
  return nodeIds.map((nodeId) => ({ nodeId, key: resourceKey("groupmember", portId) }));
}

/** Nodes with ports of groups whose rules refer to the group or address group. */
function referringNodes(state: Compiled, remoteId: string): readonly string[] {
  const groupIds = membersOf(state.groupsByRemote, remoteId);
  return groupIds.length === 0 ? groupIds : once(groupIds.flatMap((groupId) => nodesUsing(state, groupId)));
}

/** Mostly there is none, and a fold asks twice an event. */
const once = (nodeIds: readonly string[]): readonly string[] => (nodeIds.length < 2 ? nodeIds : [...new Set(nodeIds)]);

/** Whether rules on the node refer to the group or address group. */
export function isReferredTo(state: Compiled, nodeId: string, remoteId: string): boolean {
  return membersOf(state.groupsByRemote, remoteId).some((groupId) => usersOf(state, { nodeId, groupId }) > 0);
}

export const usersOf = ({ usersByGroup }: Compiled, { nodeId, groupId }: GroupUse): number =>
  usersByGroup.get(groupId)?.get(nodeId) ?? 0;

const nodesUsing = ({ usersByGroup }: Compiled, groupId: string): string[] =>
  [...(usersByGroup.get(groupId)?.entries() ?? [])].map(([nodeId]) => nodeId);

const groupPlace = ({ nodeId, groupId }: GroupUse): Place => ({ nodeId, key: resourceKey("securitygroup", groupId) });
