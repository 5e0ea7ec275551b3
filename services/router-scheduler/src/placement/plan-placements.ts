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
 *  as its node could hold it and does not count as dead.
 *  @param mayMove false: those that run somewhere stay there in any case.
 *  @param load is counted on by what is planned here. */
export function planPlacements(
  state: Placeable,
  { mayMove }: { mayMove: boolean },
  load = routersByNode(state.bindings),
): RouterBindingCommand[] {
  const plan: RouterBindingCommand[] = [];
  for (const [routerId, router] of state.routers) {
    const command = placeRouter(state, routerId, router, load);
    const moves = command?.type !== "DeclareUnschedulable" && (state.bindings.get(routerId)?.nodeId ?? "") !== "";
    if (command === undefined || (moves && !mayMove)) continue;
    const nodeId =
      command.type === "BindRouter" ? command.nodeId : command.type === "StartMove" ? command.toNodeId : "";
    load.set(nodeId, (load.get(nodeId) ?? 0) + 1);
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
  if (router !== undefined && state.bindings.get(routerId)?.move !== undefined)
    return { pending: true, unschedulable: "" };
  if (router === undefined || isWellPlaced(state, routerId, router)) return { pending: false, unschedulable: "" };
  const pending = placeRouter(state, routerId, router, routersByNode(state.bindings)) !== undefined;
  return { pending, unschedulable: pending ? "" : (state.bindings.get(routerId)?.unschedulable ?? "") };
}

/** The least loaded of the nodes that can hold it. From a live node it moves, and the old one hands it over; a dead one is
 *  not asked. */
function placeRouter(
  state: Placeable,
  routerId: string,
  router: Router,
  load: ReadonlyMap<string, number>,
): RouterBindingCommand | undefined {
  const binding = state.bindings.get(routerId);
  if (isWellPlaced(state, routerId, router)) return undefined;
  const present = state.nodes.get(binding?.nodeId ?? "");
  const dead = present !== undefined && present.failed !== "";
  if (present !== undefined && !dead && (binding?.move !== undefined || !canHandOver(present))) return undefined;
  const { chosen, reason } = rankNodes(state.nodes.values(), wishOf(state, router), load);
  if (chosen === undefined) {
    return reason === binding?.unschedulable ? undefined : { type: "DeclareUnschedulable", routerId, reason };
  }
  if (dead) {
    const why = `node ${present.name} failed: ${present.failed}; ${reason}`;
    return { type: "BindRouter", routerId, nodeId: chosen.id, reason: why };
  }
  if (present === undefined) return { type: "BindRouter", routerId, nodeId: chosen.id, reason };
  const why = `node ${present.name} ${misfits(present, wishOf(state, router)).join(" and ")}`;
  return { type: "StartMove", routerId, toNodeId: chosen.id, reason: why };
}

/** A live node hands over what it has. One that is only silent may be forwarding, and can't; neither can one that applies
 *  nothing new, closed doors included. */
export const canHandOver = ({ alive, refusal }: RegisteredNode): boolean => alive && refusal === "";

/** Nothing is to be said of it, and nothing is waited for: it is where it should be, or it is gone and runs nowhere. */
export function isSettled(state: Placeable, routerId: string): boolean {
  const router = state.routers.get(routerId);
  const binding = state.bindings.get(routerId);
  if (router === undefined) return (binding?.nodeId ?? "") === "";
  return binding?.move === undefined && isWellPlaced(state, routerId, router);
}

function isWellPlaced(state: Placeable, routerId: string, router: Router): boolean {
  const node = state.nodes.get(state.bindings.get(routerId)?.nodeId ?? "");
  return node !== undefined && node.failed === "" && misfits(node, wishOf(state, router)).length === 0;
}
