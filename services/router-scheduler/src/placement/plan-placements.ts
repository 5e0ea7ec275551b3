import type { LogicalNetwork, Router } from "../logical-network/state.ts";
import type { RegisteredNode } from "../node/state.ts";
import type { RouterBindingCommand } from "../router-binding/commands.ts";
import type { RouterBinding } from "../router-binding/state.ts";
import { mappingMissing, objectionTo, physicalNetworksOf, whyNone } from "./candidates.ts";

/** What placement looks at. */
export interface Placeable extends Pick<LogicalNetwork, "routers" | "networks"> {
  readonly nodes: ReadonlyMap<string, RegisteredNode>;
  readonly bindings: ReadonlyMap<string, RouterBinding>;
}

/** What is to be said about where routers run: nothing when each is where it should be. A router stays where it is as long
 *  as its node could hold it, dead or alive.
 *  @param mayMove false: those that run somewhere stay there in any case. */
export function planPlacements(state: Placeable, { mayMove }: { mayMove: boolean }): RouterBindingCommand[] {
  const load = routersByNode(state.bindings);
  const plan: RouterBindingCommand[] = [];
  for (const [routerId, router] of state.routers) {
    const command = placeRouter(state, routerId, router, load);
    const moves = command?.type === "BindRouter" && (state.bindings.get(routerId)?.nodeId ?? "") !== "";
    if (command === undefined || (moves && !mayMove)) continue;
    if (command.type === "BindRouter") load.set(command.nodeId, (load.get(command.nodeId) ?? 0) + 1);
    plan.push(command);
  }
  for (const [routerId, { nodeId }] of state.bindings) {
    if (nodeId !== "" && !state.routers.has(routerId))
      plan.push({ type: "UnbindRouter", routerId, reason: "the router was deleted" });
  }
  return plan;
}

/** What is known of the place of a router. */
export interface PlaceOfRouter {
  /** Something is still to be decided. */
  readonly pending: boolean;
  /** Why no node can hold it as it is wanted; empty: one can. */
  readonly unschedulable: string;
}

export function placeOfRouter(state: Placeable, routerId: string): PlaceOfRouter {
  const router = state.routers.get(routerId);
  if (router === undefined || isWellPlaced(state, routerId, router)) return { pending: false, unschedulable: "" };
  const pending = placeRouter(state, routerId, router, routersByNode(state.bindings)) !== undefined;
  return { pending, unschedulable: pending ? "" : (state.bindings.get(routerId)?.unschedulable ?? "") };
}

/** The node with the fewest routers of those that can hold it, of equals the one with the smallest id. */
function placeRouter(
  state: Placeable,
  routerId: string,
  router: Router,
  load: ReadonlyMap<string, number>,
): RouterBindingCommand | undefined {
  if (isWellPlaced(state, routerId, router)) return undefined;
  const physicalNetworks = physicalNetworksOf(state, router);
  const candidates: RegisteredNode[] = [];
  const objections: string[] = [];
  for (const node of state.nodes.values()) {
    const objection = objectionTo(node, physicalNetworks);
    if (objection === undefined) candidates.push(node);
    else objections.push(objection);
  }
  const routersOf = ({ id }: RegisteredNode): number => load.get(id) ?? 0;
  const [best] = candidates.sort((a, b) => routersOf(a) - routersOf(b) || (a.id < b.id ? -1 : 1));
  if (best !== undefined) {
    const reason = candidates.length === 1 ? "the only candidate" : `fewest routers (${routersOf(best)})`;
    return { type: "BindRouter", routerId, nodeId: best.id, reason };
  }
  const reason = whyNone(objections);
  const said = state.bindings.get(routerId)?.unschedulable;
  return reason === said ? undefined : { type: "DeclareUnschedulable", routerId, reason };
}

function isWellPlaced(state: Placeable, routerId: string, router: Router): boolean {
  const node = state.nodes.get(state.bindings.get(routerId)?.nodeId ?? "");
  return node !== undefined && mappingMissing(node, physicalNetworksOf(state, router)) === undefined;
}

/** How many routers run where. */
export function routersByNode(bindings: ReadonlyMap<string, RouterBinding>): Map<string, number> {
  const load = new Map<string, number>();
  for (const { nodeId } of bindings.values()) if (nodeId !== "") load.set(nodeId, (load.get(nodeId) ?? 0) + 1);
  return load;
}
