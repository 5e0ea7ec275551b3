import type { RegisteredNode } from "../node/state.ts";
import type { RouterBinding } from "../router-binding/state.ts";
import { objectionsTo, whyNone } from "./candidates.ts";
import type { PlacementWish } from "./wish.ts";

/** A node as placement sees it. */
export interface Candidate {
  readonly node: RegisteredNode;
  /** Empty: it can hold the router. */
  readonly objections: readonly string[];
  /** Routers that it has or is about to get: what nodes are compared by. */
  readonly routers: number;
}

export interface Ranking {
  /** Those that can hold the router first, the least loaded of them in front, of equals the one with the smallest id. */
  readonly candidates: readonly Candidate[];
  readonly chosen: RegisteredNode | undefined;
  /** Why that one, or why none. */
  readonly reason: string;
}

/** Decides where a router that runs nowhere would go. The same state gives the same answer in every replica. */
export function rankNodes(
  nodes: Iterable<RegisteredNode>,
  wish: PlacementWish,
  load: ReadonlyMap<string, number>,
): Ranking {
  const candidates = [...nodes]
    .map((node): Candidate => {
      const routers = load.get(node.id) ?? 0;
      return { node, routers, objections: objectionsTo(node, wish, routers) };
    })
    .sort(better);
  const able = candidates.filter(({ objections }) => objections.length === 0);
  const [best] = able;
  if (best === undefined) {
    const reason = whyNone(candidates.map(({ objections: [first = ""] }) => first));
    return { candidates, chosen: undefined, reason };
  }
  const reason = able.length === 1 ? "the only candidate" : `fewest routers (${best.routers})`;
  return { candidates, chosen: best.node, reason };
}

function better(a: Candidate, b: Candidate): number {
  const able = (candidate: Candidate): number => (candidate.objections.length === 0 ? 0 : 1);
  return able(a) - able(b) || a.routers - b.routers || (a.node.id < b.node.id ? -1 : 1);
}

/** How many routers run where, or are about to. */
export function routersByNode(bindings: ReadonlyMap<string, RouterBinding>): Map<string, number> {
  const load = new Map<string, number>();
  const count = (nodeId: string): unknown => nodeId !== "" && load.set(nodeId, (load.get(nodeId) ?? 0) + 1);
  for (const { nodeId, move } of bindings.values()) {
    count(nodeId);
    if (move !== undefined) count(move.toNodeId);
  }
  return load;
}
