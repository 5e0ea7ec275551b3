import { translatedKeys } from "../compile/places.ts";
import { resourceKey } from "../compile/resource-key.ts";
import { isGone, type NodeDesired } from "../compile/state.ts";
import { membersOf } from "../logical-network/membership.ts";
import type { LogicalNetwork } from "../logical-network/state.ts";
import type { Realised } from "../realised/state.ts";
import type { RouterBindingCommand } from "../router-binding/commands.ts";
import type { RouterBinding, RouterMove } from "../router-binding/state.ts";
import { refusalOf } from "./candidates.ts";
import type { Placeable } from "./plan-placements.ts";

/** What the steps of a move follow from. */
export interface Movable extends Placeable, Pick<LogicalNetwork, "floatingIps" | "floatingIpsByRouter"> {
  readonly desired: ReadonlyMap<string, NodeDesired>;
  readonly realised: ReadonlyMap<string, Realised>;
}

/** A phase that takes longer is given up: the router stays where it was. While the old node closes nobody answers. */
const longestMs: Readonly<Record<RouterMove["phase"], number>> = { preparing: 60_000, closing: 5_000 };

/** The next step of every move: on when the node whose turn it is has reported what it was to do, back when it can't. */
export function planMoves(state: Movable, nowMs: number): RouterBindingCommand[] {
  return [...state.bindings].flatMap(([routerId, binding]) => {
    const { move } = binding;
    return move === undefined || !state.routers.has(routerId) ? [] : nextStep(state, routerId, binding, move, nowMs);
  });
}

function nextStep(
  state: Movable,
  routerId: string,
  { nodeId }: RouterBinding,
  { phase, toNodeId, phaseTimeMs }: RouterMove,
  nowMs: number,
): RouterBindingCommand[] {
  const abort = (reason: string): RouterBindingCommand[] => [{ type: "AbortMove", routerId, toNodeId, reason }];
  const target = state.nodes.get(toNodeId);
  if (target?.alive !== true) return abort(`node ${target?.name ?? toNodeId} is unreachable`);
  const refusing = [target, state.nodes.get(nodeId)].find((node) => node !== undefined && node.refusal !== "");
  if (refusing !== undefined) return abort(`node ${refusing.name} ${refusalOf(refusing).join()}`);
  const actor = phase === "preparing" ? toNodeId : nodeId;
  const { reported, error } = outcomeAt(state, actor, routerId);
  const name = state.nodes.get(actor)?.name ?? actor;
  if (error !== "") return abort(`on ${name}: ${error}`);
  if (reported) return [{ type: phase === "preparing" ? "CloseOld" : "FinishMove", routerId, toNodeId }];
  if (nowMs - phaseTimeMs <= longestMs[phase]) return [];
  return abort(`${name} has not reported for ${longestMs[phase] / 1000} s that it ${did[phase]}`);
}

const did: Readonly<Record<RouterMove["phase"], string>> = {
  preparing: "holds the router",
  closing: "closed its doors",
};

/** How far the node is with the router and its floating IPs as they are desired of it now. */
function outcomeAt(state: Movable, nodeId: string, routerId: string): { reported: boolean; error: string } {
  const entries = state.desired.get(nodeId)?.entries;
  const outcomes = state.realised.get(nodeId)?.outcomes;
  const served = new Set<string>(
    membersOf(state.floatingIpsByRouter, routerId).flatMap((id) => translatedKeys(state, id)),
  );
  let reported = entries !== undefined;
  let error = "";
  for (const [key, entry] of entries?.entries() ?? []) {
    const concerned = key === resourceKey("router", routerId) || served.has(key);
    if (!concerned || isGone(entry)) continue;
    const outcome = outcomes?.get(key);
    if (outcome === undefined || outcome.position < entry.position) reported = false;
    else if (outcome.error !== "") error ||= outcome.error;
  }
  return { reported, error };
}
