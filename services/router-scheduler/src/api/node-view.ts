import type { Node as WireNode } from "@rhumbline/proto/rhumbline/scheduler/v1/node";
import type { Heard } from "../inbox/heartbeats.ts";
import type { RegisteredNode } from "../node/state.ts";
import { toldBy } from "../node/told.ts";
import { realised, type SchedulerState } from "../read-model/state.ts";
import { drainView } from "./drain-view.ts";

/** A node as the API shows it.
 *  @param routerCount of those bound to it.
 *  @param heard its last heartbeat knows better than its last report what it has applied: not every plan had to be reported
 *  yet; and what it refuses the log tells only when that stood for some seconds. */
export function nodeView(
  state: SchedulerState,
  logId: string,
  node: RegisteredNode,
  routerCount: number,
  heard: Heard | undefined,
): WireNode {
  const { id, alive, cordoned, etag, createTimeMs } = node;
  const { appliedPosition: reported, lastReportTimeMs } = realised.select(state, id);
  const heartbeat = heard?.heartbeat.incarnation === node.incarnation ? heard.heartbeat : undefined;
  const told = heartbeat?.logId === logId ? heartbeat.position : 0;
  return {
    id,
    ...toldBy(node),
    bridgeMappings: { ...node.bridgeMappings },
    labels: { ...node.labels },
    alive,
    cordoned,
    drain: drainView(state, node),
    liveness: undefined,
    missingUnderlayBytes: 0,
    appliedPosition: Math.max(reported, told),
    desiredPosition: state.desired.get(id)?.position ?? 0,
    createTime: new Date(createTimeMs),
    lastReportTime: lastReportTimeMs === 0 ? undefined : new Date(lastReportTimeMs),
    etag,
    routerCount,
    refusal: heartbeat?.refusal ?? node.refusal,
  };
}
