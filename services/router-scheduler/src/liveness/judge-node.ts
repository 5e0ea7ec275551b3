import type { NodeCommand } from "../node/commands.ts";
import type { RegisteredNode } from "../node/state.ts";
import type { DataPlane } from "./data-plane.ts";

/** What is known of a node at this moment. */
export interface NodeFacts {
  /** Of the agent that registered last; undefined: it was never heard. */
  readonly heartbeatAgeMs: number | undefined;
  /** For how long this scheduler could have heard it without a break. */
  readonly listenedMs: number;
  /** Asked of silent nodes alone: it is found in what all others say. */
  readonly dataPlane: () => DataPlane;
  /** No more than half of all nodes are silent. */
  readonly mostMayLive: boolean;
}

export interface LivenessSettings {
  /** Without a heartbeat for so long a node gets no new routers. */
  readonly nodeTimeoutMs: number;
  /** Without heartbeat and without an echo for so long a node counts as dead; 0: none ever does. */
  readonly failoverDelayMs: number;
}

/** What is to be said of a node's liveness; undefined: nothing new. Silence of its agent alone takes no router from it. */
export function judgeNode(
  { incarnation, tunnelIp, alive, failed }: RegisteredNode,
  { heartbeatAgeMs = Number.POSITIVE_INFINITY, listenedMs, dataPlane, mostMayLive }: NodeFacts,
  { nodeTimeoutMs, failoverDelayMs }: LivenessSettings,
): NodeCommand | undefined {
  const backWithinMs = failoverDelayMs === 0 ? nodeTimeoutMs : Math.min(nodeTimeoutMs, failoverDelayMs / 2);
  if (!alive && heartbeatAgeMs < backWithinMs) return { type: "MarkReachable", incarnation };
  const silentMs = Math.min(heartbeatAgeMs, listenedMs);
  const mayBeDead = failed === "" && failoverDelayMs > 0 && silentMs >= failoverDelayMs && mostMayLive;
  const { verdict, probes } = mayBeDead ? dataPlane() : notAsked;
  if (verdict === "silent") {
    const peers = probes.length === 1 ? "its peer" : `any of ${probes.length} peers`;
    const reason = `no heartbeat for ${failoverDelayMs} ms, and ${tunnelIp} gives no echo to ${peers}`;
    return { type: "MarkFailed", incarnation, reason };
  }
  if (!alive || silentMs < nodeTimeoutMs) return undefined;
  return { type: "MarkUnreachable", incarnation, reason: `no heartbeat for ${nodeTimeoutMs / 1000} s` };
}

const notAsked: DataPlane = { verdict: "unknown", probes: [] };
