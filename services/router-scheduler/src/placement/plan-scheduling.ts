import type { RouterBindingCommand } from "../router-binding/commands.ts";
import { unsettled } from "./concerned.ts";
import { type DrainPlan, planDrains } from "./plan-drains.ts";
import { type Movable, planMoves } from "./plan-moves.ts";
import { planPlacements } from "./plan-placements.ts";
import { routersByNode } from "./rank-nodes.ts";

export interface SchedulingPlan {
  readonly bindings: readonly RouterBindingCommand[];
  readonly nodes: DrainPlan["nodes"];
  /** A router moves, or a node is being drained: what goes on follows from reports too, and from time alone. */
  readonly underWay: boolean;
  /** Routers that are not where they should be, or on their way: what changes of others may matter to them. */
  readonly unsettled: ReadonlySet<string>;
}

/** All that is to be said about where routers run and go: nothing when everything is as it should be. One command a router.
 *  @param mayMove false: nothing that runs somewhere begins to move; what is under way goes on.
 *  @param among the routers that anything may have to be said of; left out: all. Most of what happens concerns one. */
export function planScheduling(
  state: Movable,
  { mayMove, nowMs, among }: { mayMove: boolean; nowMs: number; among?: ReadonlySet<string> | undefined },
): SchedulingPlan {
  const left = unsettled(state, among);
  const draining = [...state.nodes.values()].some(({ drain }) => drain !== undefined);
  if (left.size === 0 && !draining) return { bindings: [], nodes: [], underWay: false, unsettled: left };
  const ofThem = { ...state, routers: pick(state.routers, left), bindings: pick(state.bindings, left) };
  const load = routersByNode(state.bindings);
  const placements = planPlacements(ofThem, { mayMove }, load);
  const drains = planDrains(state, load, nowMs);
  const all = [...placements, ...planMoves(ofThem, nowMs), ...(mayMove ? drains.moves : [])];
  const bindings = new Map<string, RouterBindingCommand>();
  for (const command of all) if (!bindings.has(command.routerId)) bindings.set(command.routerId, command);
  const underWay = draining || [...ofThem.bindings.values()].some(({ move }) => move !== undefined);
  return { bindings: [...bindings.values()], nodes: drains.nodes, underWay, unsettled: left };
}

function pick<T>(all: ReadonlyMap<string, T>, ids: ReadonlySet<string>): Map<string, T> {
  const picked = new Map<string, T>();
  for (const id of ids) {
    const one = all.get(id);
    if (one !== undefined) picked.set(id, one);
  }
  return picked;
}
