import { linked } from "./index-map.ts";
import type { Placement, TopologyState } from "./state.ts";

/** Names a resource as desired state and reports do: "router.<id>". */
export type ResourceKey = `${"port" | "router" | "floatingip"}.${string}`;

/** Where the resource has to stand; undefined: nowhere yet. A floating IP stands where its router does. */
export function placementOf(state: TopologyState, key: string): Placement | undefined {
  const id = floatingIpId(key);
  if (id === undefined) return state.placements.get(key);
  const routerId = state.floatingIps.get(id)?.association?.routerId;
  const router = routerId === undefined ? undefined : state.placements.get(`router.${routerId}`);
  const since = state.placements.get(key)?.position;
  return router && since !== undefined ? { nodeId: router.nodeId, position: since } : undefined;
}

/** What a node said before counts no more. */
export function place(state: TopologyState, key: ResourceKey, placement: Placement | undefined): void {
  if (placement === undefined) state.placements.delete(key);
  else state.placements.set(key, placement);
  state.outcomes.delete(key);
  if (!key.startsWith("router.")) return;
  for (const id of linked(state.floatingIpsByRouter, key.slice("router.".length))) {
    state.outcomes.delete(`floatingip.${id}`);
  }
}

/** Takes a node's word on a resource, unless it is placed elsewhere or the word is of the time before. */
export function takeOutcome(
  state: TopologyState,
  nodeId: string,
  { key, position, error }: { key: string; position: number; error: string },
): void {
  const placement = placementOf(state, key);
  if (placement?.nodeId === nodeId && position >= placement.position) state.outcomes.set(key, { nodeId, error });
}

/** The node's kernel is empty, or the node is gone. */
export function forgetOutcomes(state: TopologyState, nodeId: string): void {
  for (const [key, outcome] of state.outcomes) if (outcome.nodeId === nodeId) state.outcomes.delete(key);
}

function floatingIpId(key: string): string | undefined {
  const prefix = "floatingip.";
  return key.startsWith(prefix) ? key.slice(prefix.length) : undefined;
}
