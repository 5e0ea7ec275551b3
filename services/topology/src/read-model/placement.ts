import type { ResourceOutcome } from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";
import { linked } from "./index-map.ts";
import { portForwardingWith } from "./port-forwardings.ts";
import type { Placement, TopologyState } from "./state.ts";

/** Names a resource as desired state and reports do: "router.<id>". */
export type ResourceKey = `${"port" | "router" | "floatingip" | "portforwarding"}.${string}`;

/** Where the resource has to stand; undefined: nowhere yet. What a router translates stands where the router does. */
export function placementOf(state: TopologyState, key: string): Placement | undefined {
  const [kind, id = ""] = key.split(".");
  if (kind !== "floatingip" && kind !== "portforwarding") return state.placements.get(key);
  const routerId =
    kind === "floatingip"
      ? state.floatingIps.get(id)?.association?.routerId
      : portForwardingWith(state, id)?.portForwarding.routerId;
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
    for (const [forwardingId] of state.floatingIps.get(id)?.portForwardings.entries() ?? [])
      state.outcomes.delete(`portforwarding.${forwardingId}`);
  }
}

/** Takes a node's word on a resource, unless it is placed elsewhere or the word is of the time before. */
export function takeOutcome(
  state: TopologyState,
  nodeId: string,
  { key, position, error, waiting }: ResourceOutcome,
): void {
  const placement = placementOf(state, key);
  if (placement?.nodeId === nodeId && position >= placement.position)
    state.outcomes.set(key, { nodeId, error, waiting });
}

/** The node's kernel is empty, or the node is gone. */
export function forgetOutcomes(state: TopologyState, nodeId: string): void {
  for (const [key, outcome] of state.outcomes) if (outcome.nodeId === nodeId) state.outcomes.delete(key);
}
