import { PersistentMap } from "@rhumbline/event-sourcing";
import { type GroupUse, groupUsesOf } from "./group-places.ts";
import { type NetworkUse, type Subject, usesOf } from "./places.ts";
import type { Compiled } from "./state.ts";

/** What one thing needs where it is. */
export interface Uses {
  readonly networks: readonly NetworkUse[];
  readonly groups: readonly GroupUse[];
}

export const usesOfSubject = (state: Compiled, subject: Subject): Uses => ({
  networks: usesOf(state, subject),
  groups: subject.kind === "port" ? groupUsesOf(state, subject.id) : [],
});

export const needsNothing = ({ networks, groups }: Uses): boolean => networks.length === 0 && groups.length === 0;

export function countUses(state: Compiled, { networks, groups }: Uses, by: 1 | -1): void {
  for (const { networkId, nodeId, byInstance } of networks) {
    count(state.usersByNetwork, networkId, nodeId, by);
    if (byInstance) count(state.instancesByNetwork, networkId, nodeId, by);
  }
  for (const { groupId, nodeId } of groups) count(state.usersByGroup, groupId, nodeId, by);
}

export const isOnNode = (
  { usersByNetwork }: Compiled,
  { networkId, nodeId }: Pick<NetworkUse, "networkId" | "nodeId">,
): boolean => usersByNetwork.get(networkId)?.has(nodeId) ?? false;

function count(counts: Compiled["usersByNetwork"], id: string, nodeId: string, by: 1 | -1): void {
  const users = counts.get(id) ?? PersistentMap.empty<string, number>();
  const left = (users.get(nodeId) ?? 0) + by;
  const changed = left > 0 ? users.with(nodeId, left) : users.without(nodeId);
  if (changed.size > 0) counts.set(id, changed);
  else counts.delete(id);
}
