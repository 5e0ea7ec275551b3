import { type DataPlane, dataPlaneOf } from "../liveness/data-plane.ts";
import type { SaidRefusal } from "../liveness/judge-refusal.ts";
import type { RegisteredNode } from "../node/state.ts";
import type { SchedulerState } from "../read-model/state.ts";
import type { Heartbeats } from "./heartbeats.ts";

/** Since the agent that registered last was heard; undefined: it was not heard yet. */
export function heartbeatAgeMs(
  heartbeats: Pick<Heartbeats, "last">,
  { id, incarnation }: RegisteredNode,
): number | undefined {
  const heard = heartbeats.last(id);
  return heard?.heartbeat.incarnation === incarnation ? heard.ageMs : undefined;
}

/** What the agent that registered last says it refuses; undefined: it was not heard yet. */
export function saidRefusal(
  heartbeats: Pick<Heartbeats, "last">,
  { id, incarnation }: RegisteredNode,
): SaidRefusal | undefined {
  const heard = heartbeats.last(id);
  if (heard?.heartbeat.incarnation !== incarnation) return undefined;
  return { refusal: heard.heartbeat.refusal, stoodMs: heard.refusalStoodMs };
}

/** What the node's peers say of its kernel: those that were heard within the time. */
export function nodeDataPlane(
  state: SchedulerState,
  heartbeats: Pick<Heartbeats, "last">,
  nodeId: string,
  failoverDelayMs: number,
): DataPlane {
  const withinMs = failoverDelayMs || defaultWithinMs;
  const reports = [...state.nodes.keys()].flatMap((proberId) => {
    const heard = heartbeats.last(proberId);
    return heard === undefined || heard.ageMs > withinMs ? [] : [{ proberId, probes: heard.heartbeat.probes }];
  });
  return dataPlaneOf(nodeId, reports, withinMs);
}

/** Where failover is off, for who looks. */
const defaultWithinMs = 2_000;
