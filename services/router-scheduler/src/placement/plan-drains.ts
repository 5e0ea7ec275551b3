import type { NodeCommand } from "../node/commands.ts";
import type { Drain, RegisteredNode } from "../node/state.ts";
import type { RouterBindingCommand } from "../router-binding/commands.ts";
import { canHandOver, type Placeable } from "./plan-placements.ts";
import { rankNodes } from "./rank-nodes.ts";
import { wishOf } from "./wish.ts";

/** A move that failed is tried again, but not at once. */
const tryAgainMs = 10_000;

export interface DrainPlan {
  readonly moves: readonly RouterBindingCommand[];
  readonly nodes: readonly (NodeCommand & { readonly nodeId: string })[];
}

/** The next moves from nodes that are being drained, and the end of drains that have nothing left. What is under way is read
 *  from the bindings: whoever plans next goes on with it.
 *  @param load is counted on by the moves planned here. */
export function planDrains(state: Placeable, load: Map<string, number>, nowMs: number): DrainPlan {
  const moves: RouterBindingCommand[] = [];
  const nodes: DrainPlan["nodes"][number][] = [];
  for (const node of state.nodes.values()) {
    if (node.drain === undefined) continue;
    const left = routersOn(state, node.id);
    if (left.length === 0) nodes.push({ type: "EndDrain", nodeId: node.id });
    else if (canHandOver(node)) moves.push(...nextMoves(state, node, node.drain, left, load, nowMs));
  }
  return { moves, nodes };
}

/** In the order of their ids. */
export const routersOn = ({ bindings, routers }: Pick<Placeable, "bindings" | "routers">, nodeId: string): string[] =>
  [...bindings].flatMap(([id, binding]) => (binding.nodeId === nodeId && routers.has(id) ? [id] : [])).sort();

function nextMoves(
  state: Placeable,
  { name }: RegisteredNode,
  { maxMovesAtOnce }: Drain,
  left: readonly string[],
  load: Map<string, number>,
  nowMs: number,
): RouterBindingCommand[] {
  const bindingOf = (routerId: string) => state.bindings.get(routerId);
  const moving = left.filter((routerId) => bindingOf(routerId)?.move !== undefined).length;
  const waiting = left.filter((routerId) => {
    const binding = bindingOf(routerId);
    if (binding === undefined || binding.move !== undefined) return false;
    return binding.moveAbortedMs === 0 || nowMs - binding.moveAbortedMs > tryAgainMs;
  });
  const moves: RouterBindingCommand[] = [];
  for (const routerId of waiting) {
    if (moving + moves.length >= maxMovesAtOnce) break;
    const router = state.routers.get(routerId);
    const { chosen } = router ? rankNodes(state.nodes.values(), wishOf(state, router), load) : { chosen: undefined };
    if (chosen === undefined) continue;
    load.set(chosen.id, (load.get(chosen.id) ?? 0) + 1);
    moves.push({ type: "StartMove", routerId, toNodeId: chosen.id, reason: `node ${name} is being drained` });
  }
  return moves;
}
