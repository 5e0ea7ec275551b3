import type { LogicalNetwork, Router } from "../logical-network/state.ts";
import type { RegisteredNode } from "../node/state.ts";
import type { RouterBindingCommand } from "../router-binding/commands.ts";
import type { RouterBinding } from "../router-binding/state.ts";
import { misfits } from "./candidates.ts";
import { rankNodes, routersByNode } from "./rank-nodes.ts";
import { wishOf } from "./wish.ts";

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

/** The least loaded of the nodes that can hold it. */
function placeRouter(
  state: Placeable,
  routerId: string,
  router: Router,
  load: ReadonlyMap<string, number>,
): RouterBindingCommand | undefined {
  if (isWellPlaced(state, routerId, router)) return undefined;
  const { chosen, reason } = rankNodes(state.nodes.values(), wishOf(state, router), load);
  if (chosen !== undefined) return { type: "BindRouter", routerId, nodeId: chosen.id, reason };
  const said = state.bindings.get(routerId)?.unschedulable;
  return reason === said ? undefined : { type: "DeclareUnschedulable", routerId, reason };
}

function isWellPlaced(state: Placeable, routerId: string, router: Router): boolean {
  const node = state.nodes.get(state.bindings.get(routerId)?.nodeId ?? "");
  return node !== undefined && misfits(node, wishOf(state, router)).length === 0;
}
