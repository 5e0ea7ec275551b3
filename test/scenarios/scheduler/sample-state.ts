import { schedulerFold } from "../../../services/router-scheduler/src/read-model/fold.ts";
import { emptyState, type SchedulerState } from "../../../services/router-scheduler/src/read-model/state.ts";
import type { SampleEvent } from "./sample-events.ts";

/** The state after these events, event n at position n, counted from 1. */
export function stateAfter(...events: SampleEvent[]): SchedulerState {
  const state = emptyState();
  for (const [i, sample] of events.entries()) applySample(state, sample, i + 1);
  return state;
}

export function applySample(state: SchedulerState, { stream, event }: SampleEvent, position: number): void {
  const metadata = {
    $correlationId: `correlation-${position}`,
    $causationId: `cause-${position}`,
    service: "test",
    epoch: 1,
    timeMs: position * 1000,
    actor: "admin",
    projectId: "p",
  };
  const recorded = { ...event, id: `event-${position}`, stream, revision: position, position, metadata };
  schedulerFold.apply(state, recorded);
}

/** What a node is to realise, a line each: "router.r1@7", "port.p1@9 gone". Whom it is to probe is apart: see peerLines. */
export const desiredLines = (state: SchedulerState, nodeId: string): string[] =>
  linesOf(state, nodeId).filter((line) => !line.startsWith("peer."));

/** Whom a node is to probe: "peer.B@6". */
export const peerLines = (state: SchedulerState, nodeId: string): string[] =>
  linesOf(state, nodeId).filter((line) => line.startsWith("peer."));

function linesOf(state: SchedulerState, nodeId: string): string[] {
  const entries = state.desired.get(nodeId)?.entries.entries() ?? [];
  const byKey = entries.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return byKey.map(([key, { resource, position }]) => {
    return `${key}@${position}${resource.$case === "gone" ? " gone" : ""}`;
  });
}
