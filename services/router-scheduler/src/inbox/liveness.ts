import type { Stop } from "@rhumbline/messaging";
import type { ServiceContext } from "@rhumbline/service";
import { count, metrics } from "@rhumbline/telemetry";
import { judgeNode, type LivenessSettings } from "../liveness/judge-node.ts";
import { judgeRefusal } from "../liveness/judge-refusal.ts";
import type { NodeCommand } from "../node/commands.ts";
import { decideNode } from "../node/decide.ts";
import type { RegisteredNode } from "../node/state.ts";
import { mostMayLive } from "../placement/most-may-live.ts";
import { nodes, type SchedulerState } from "../read-model/state.ts";
import type { Heartbeats } from "./heartbeats.ts";
import { nodeContext } from "./node-context.ts";
import { heartbeatAgeMs, nodeDataPlane, saidRefusal } from "./node-facts.ts";

const looksPerTimeout = 10;

/** Says when a node becomes unreachable, when it counts as dead, and when it is back; and when it refuses what is desired of
 *  it. To be called while this replica is the writer. Silence counts only after it was listened to for the whole time: a bus that was away, or a scheduler that was,
 *  says nothing of the nodes. */
export function watchLiveness(
  { fold, executor, log }: ServiceContext<SchedulerState>,
  heartbeats: Heartbeats,
  settings: LivenessSettings,
): Stop {
  const shortestMs = Math.min(settings.nodeTimeoutMs, settings.failoverDelayMs || settings.nodeTimeoutMs);
  let lookingSinceMs = performance.now();
  let lastLookMs = lookingSinceMs;

  const say = ({ id: nodeId, name }: RegisteredNode, command: NodeCommand | undefined): void => {
    if (command === undefined) return;
    executor
      .execute(nodes, nodeId, (present) => decideNode(command, present), nodeContext(nodeId))
      .then(() => {
        if (command.type === "MarkFailed") count(metrics.nodeFailures, {});
        log.info({ nodeId, name, ...command }, "a node's liveness changed");
      })
      .catch((error: unknown) => log.warn({ err: error, nodeId }, "could not say that a node's liveness changed"));
  };

  const look = (): void => {
    const nowMs = performance.now();
    // This process itself did not run for a while: what it did not hear then was not silence.
    if (nowMs - lastLookMs > shortestMs / 2) lookingSinceMs = nowMs;
    lastLookMs = nowMs;
    const listenedMs = Math.min(heartbeats.listeningMs(), nowMs - lookingSinceMs);
    const all = [...fold.state.nodes.values()];
    const heard = all.map((node) => ({ alive: (heartbeatAgeMs(heartbeats, node) ?? Infinity) < shortestMs }));
    const mostAreHeard = mostMayLive(heard);
    for (const node of all) {
      const facts = {
        heartbeatAgeMs: heartbeatAgeMs(heartbeats, node),
        listenedMs,
        dataPlane: () => nodeDataPlane(fold.state, heartbeats, node.id, settings.failoverDelayMs),
        mostMayLive: mostAreHeard,
      };
      say(node, judgeNode(node, facts, settings));
      say(node, judgeRefusal(node, saidRefusal(heartbeats, node)));
    }
  };
  const timer = setInterval(look, shortestMs / looksPerTimeout);
  return () => clearInterval(timer);
}
