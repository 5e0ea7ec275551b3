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
}

export function createHeartbeats(bus: Bus, log: Logger): Heartbeats {
  const lastByNode = new Map<string, { heartbeat: NodeHeartbeat; atMs: number }>();
  let listeningSinceMs = performance.now();
  const hear = (nodeId: string, heartbeat: NodeHeartbeat): void => {
    lastByNode.set(nodeId, { heartbeat, atMs: performance.now() });
  };
  return {
    hear,
    last(nodeId) {
      const last = lastByNode.get(nodeId);
      return last && { heartbeat: last.heartbeat, ageMs: performance.now() - last.atMs };
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
