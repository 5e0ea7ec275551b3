import { DataPlane, type NodeLiveness } from "@rhumbline/proto/rhumbline/scheduler/v1/node";
import type { Heartbeats } from "../inbox/heartbeats.ts";
import { heartbeatAgeMs, nodeDataPlane } from "../inbox/node-facts.ts";
import type { LivenessSettings } from "../liveness/judge-node.ts";
import type { RegisteredNode } from "../node/state.ts";
import type { SchedulerState } from "../read-model/state.ts";

/** What is known of a node's liveness, each fact by itself. */
export function livenessView(
  state: SchedulerState,
  heartbeats: Pick<Heartbeats, "last">,
  node: RegisteredNode,
  { failoverDelayMs }: LivenessSettings,
): NodeLiveness {
  const ageMs = heartbeatAgeMs(heartbeats, node);
  const { verdict, probes } = nodeDataPlane(state, heartbeats, node.id, failoverDelayMs);
  return {
    heartbeatAgeMs: ageMs === undefined ? undefined : Math.round(ageMs),
    dataPlane: words[verdict],
    probes: probes.map((probe) => ({ ...probe })),
    failed: node.failed !== "",
    failedReason: node.failed,
    doorsClosed: ageMs !== undefined && (heartbeats.last(node.id)?.heartbeat.doorsClosed ?? false),
  };
}

const words = { answers: DataPlane.ANSWERS, silent: DataPlane.SILENT, unknown: DataPlane.UNSPECIFIED } as const;
