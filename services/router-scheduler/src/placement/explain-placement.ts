import { joinsNothing } from "../logical-network/state.ts";
import type { RegisteredNode } from "../node/state.ts";
import { misfits } from "./candidates.ts";
import type { Placeable } from "./plan-placements.ts";
import { type Candidate, rankNodes, routersByNode } from "./rank-nodes.ts";
import { type PlacementWish, wishOf } from "./wish.ts";

/** What is asked: of a router that is there, or of one that is yet to be made; what if nodes were gone or the wish another. */
export interface PlacementQuestion {
  /** Undefined: of none that is there. */
  readonly routerId: string | undefined;
  readonly withoutNodeIds: readonly string[];
  /** Undefined: as the router has it. */
  readonly wish: PlacementWish | undefined;
}

export interface PlacementExplanation {
  readonly wish: PlacementWish;
  /** The chosen one first, then those that could hold the router, then those that can't. */
  readonly candidates: readonly Candidate[];
  /** Undefined: it runs nowhere. */
  readonly present: RegisteredNode | undefined;
  /** Undefined: no node can hold it. */
  readonly chosen: RegisteredNode | undefined;
  readonly decision: string;
}

/** Why a router is where it is or would go elsewhere: the very rules that place routers, with what they say of every node. */
export function explainPlacement(state: Placeable, question: PlacementQuestion): PlacementExplanation {
  const { routerId, withoutNodeIds } = question;
  const router = routerId === undefined ? undefined : state.routers.get(routerId);
  const wish = question.wish ?? (router ? wishOf(state, router) : anywhere);
  const nodes = [...state.nodes.values()].filter(({ id }) => !withoutNodeIds.includes(id));
  const present = nodes.find(({ id }) => id === state.bindings.get(routerId ?? "")?.nodeId);
  const load = routersByNode(state.bindings);
  // Its own weight is no reason against the node that has it.
  if (present !== undefined) load.set(present.id, (load.get(present.id) ?? 1) - 1);
  const ranking = rankNodes(nodes, wish, load);
  const { candidates } = ranking;
  const unfit = present === undefined ? [] : misfits(present, wish);
  if (present !== undefined && (unfit.length === 0 || ranking.chosen === undefined)) {
    const why = unfit.length === 0 ? "which can hold it" : `though it ${unfit.join(" and ")}: ${ranking.reason}`;
    const decision = `stays on ${present.name}, ${why}${router && joinsNothing(router) ? nothingToHold : ""}`;
    return { wish, candidates, present, chosen: present, decision };
  }
  const { chosen, reason } = ranking;
  const leaves = present === undefined ? "" : `leaves ${present.name}, which ${unfit.join(" and ")}, for `;
  return { wish, candidates, present, chosen, decision: chosen ? `${leaves}${chosen.name}: ${reason}` : reason };
}

const nothingToHold = "; it joins no network, so that there is nothing of it there yet";

const anywhere: PlacementWish = { physicalNetworks: [], availabilityZoneHints: [], nodeSelector: {} };
