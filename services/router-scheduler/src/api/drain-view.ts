import type { NodeDrain } from "@rhumbline/proto/rhumbline/scheduler/v1/node";
import type { RegisteredNode } from "../node/state.ts";
import { refusalOf } from "../placement/candidates.ts";
import { routersOn } from "../placement/plan-drains.ts";
import { rankNodes, routersByNode } from "../placement/rank-nodes.ts";
import { wishOf } from "../placement/wish.ts";
import type { SchedulerState } from "../read-model/state.ts";

/** How far a drain is; undefined: there is none. */
export function drainView(state: SchedulerState, node: RegisteredNode): NodeDrain | undefined {
  const { id, drain } = node;
  if (drain === undefined) return undefined;
  const left = routersOn(state, id);
  const isMoving = (routerId: string): boolean => state.bindings.get(routerId)?.move !== undefined;
  return {
    maxMovesAtOnce: drain.maxMovesAtOnce,
    startTime: new Date(drain.startTimeMs),
    routersAtStart: drain.routersAtStart,
    routersMoved: Math.max(0, drain.routersAtStart - left.length),
    movingRouterIds: left.filter(isMoving),
    blocked: left.filter((routerId) => !isMoving(routerId)).flatMap((routerId) => whyBlocked(state, node, routerId)),
  };
}

function whyBlocked(state: SchedulerState, from: RegisteredNode, routerId: string): string[] {
  const router = state.routers.get(routerId);
  if (router === undefined) return [];
  const [refusal] = refusalOf(from);
  if (refusal !== undefined) return [`${routerId}: node ${from.name} ${refusal}, closed doors included`];
  const load = routersByNode(state.bindings);
  const { chosen, reason } = rankNodes(state.nodes.values(), wishOf(state, router), load);
  return chosen === undefined ? [`${routerId}: ${reason}`] : [];
}
