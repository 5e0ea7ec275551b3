import { type Bus, type Stop, watchHeartbeats } from "@rhumbline/messaging";
import type { NodeHeartbeat } from "@rhumbline/proto/rhumbline/agent/v1/report";
import type { Logger } from "@rhumbline/telemetry";

/** Which agents are heard. Every replica listens; nothing of it is kept. */
export interface Heartbeats {
  /** Takes note of a sign of life. */
  hear(nodeId: string, heartbeat: NodeHeartbeat): void;
  /** The last that was heard of the node. */
  last(nodeId: string): Heard | undefined;
  /** For how long heartbeats could have been heard without a break; 0 while the bus is away. */
  listeningMs(): number;
  listen(): Stop;
}

export interface Heard {
  readonly heartbeat: NodeHeartbeat;
  readonly ageMs: number;
  /** For how long it has refused what is desired, or not refused it, without a break. */
  readonly refusalStoodMs: number;
}

export function createHeartbeats(bus: Bus, log: Logger): Heartbeats {
  const lastByNode = new Map<string, { heartbeat: NodeHeartbeat; atMs: number; refusalSinceMs: number }>();
  let listeningSinceMs = performance.now();
  const hear = (nodeId: string, heartbeat: NodeHeartbeat): void => {
    const before = lastByNode.get(nodeId);
    const atMs = performance.now();
    const asBefore = before !== undefined && saysTheSame(before.heartbeat, heartbeat);
    lastByNode.set(nodeId, { heartbeat, atMs, refusalSinceMs: asBefore ? before.refusalSinceMs : atMs });
  };
  return {
    hear,
    last(nodeId) {
      const last = lastByNode.get(nodeId);
      if (last === undefined) return undefined;
      const { heartbeat, atMs, refusalSinceMs } = last;
      return { heartbeat, ageMs: performance.now() - atMs, refusalStoodMs: atMs - refusalSinceMs };
    },
    listeningMs: () => (bus.connected ? performance.now() - listeningSinceMs : 0),
    listen() {
      const stops = [
        bus.onConnected(() => {
          listeningSinceMs = performance.now();
        }),
        watchHeartbeats(bus, hear, log),
      ];
      return () => {
        for (const stop of stops) stop();
      };
    },
  };
}

/** Of an agent that started anew nothing stood before. */
const saysTheSame = (before: NodeHeartbeat, now: NodeHeartbeat): boolean =>
  before.incarnation === now.incarnation && (before.refusal === "") === (now.refusal === "");
