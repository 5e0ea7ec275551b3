import type { RouterBindingCommand } from "../router-binding/commands.ts";
import { type DrainPlan, planDrains } from "./plan-drains.ts";
import { type Movable, planMoves } from "./plan-moves.ts";
import { planPlacements } from "./plan-placements.ts";
import { routersByNode } from "./rank-nodes.ts";

export interface SchedulingPlan {
  readonly bindings: readonly RouterBindingCommand[];
  readonly nodes: DrainPlan["nodes"];
  /** A router moves, or a node is being drained: what goes on follows from reports too, and from time alone. */
  readonly underWay: boolean;
}

/** All that is to be said about where routers run and go: nothing when everything is as it should be. One command a router.
 *  @param mayMove false: nothing that runs somewhere begins to move; what is under way goes on. */
export function planScheduling(
  state: Movable,
  { mayMove, nowMs }: { mayMove: boolean; nowMs: number },
): SchedulingPlan {
  const load = routersByNode(state.bindings);
  const placements = planPlacements(state, { mayMove }, load);
  const drains = planDrains(state, load, nowMs);
  const all = [...placements, ...planMoves(state, nowMs), ...(mayMove ? drains.moves : [])];
  const bindings = new Map<string, RouterBindingCommand>();
  for (const command of all) if (!bindings.has(command.routerId)) bindings.set(command.routerId, command);
  const underWay =
    [...state.bindings.values()].some(({ move }) => move !== undefined) ||
    [...state.nodes.values()].some(({ drain }) => drain !== undefined);
  return { bindings: [...bindings.values()], nodes: drains.nodes, underWay };
}
