import type { Stop } from "@rhumbline/messaging";
import type { ServiceContext } from "@rhumbline/service";
import type { NodeCommand } from "../node/commands.ts";
import { decideNode } from "../node/decide.ts";
import type { RegisteredNode } from "../node/state.ts";
import { nodes, type SchedulerState } from "../read-model/state.ts";
import type { Heartbeats } from "./heartbeats.ts";
import { nodeContext } from "./node-context.ts";

const looksPerTimeout = 10;

/** Says when a node becomes unreachable, and when it is back. To be called while this replica is the writer. Silence counts
 *  only after it was listened to for the whole timeout: a bus that was away, or a scheduler that was, says nothing of the
 *  nodes. */
export function watchLiveness(
  { fold, executor, log }: ServiceContext<SchedulerState>,
  heartbeats: Heartbeats,
  nodeTimeoutMs: number,
): Stop {
  const everyMs = nodeTimeoutMs / looksPerTimeout;
  let lookingSinceMs = performance.now();
  let lastLookMs = lookingSinceMs;

  const judge = (node: RegisteredNode): NodeCommand | undefined => {
    const heard = heartbeats.last(node.id);
    const { incarnation } = node;
    const fresh = heard?.heartbeat.incarnation === incarnation && heard.ageMs < nodeTimeoutMs;
    if (fresh) return node.alive ? undefined : { type: "MarkReachable", incarnation };
    const listenedMs = Math.min(heartbeats.listeningMs(), performance.now() - lookingSinceMs);
    if (!node.alive || listenedMs < nodeTimeoutMs) return undefined;
    return { type: "MarkUnreachable", incarnation, reason: `no heartbeat for ${nodeTimeoutMs / 1000} s` };
  };

  const look = (): void => {
    const nowMs = performance.now();
    // This process itself did not run for a while: what it did not hear then was not silence.
    if (nowMs - lastLookMs > nodeTimeoutMs / 2) lookingSinceMs = nowMs;
    lastLookMs = nowMs;
    for (const node of fold.state.nodes.values()) {
      const command = judge(node);
      if (command === undefined) continue;
      executor
        .execute(nodes, node.id, (present) => decideNode(command, present), nodeContext(node.id))
        .then(() => log.info({ nodeId: node.id, name: node.name, command: command.type }, "a node's liveness changed"))
        .catch((error: unknown) =>
          log.warn({ err: error, nodeId: node.id }, "could not say that a node's liveness changed"),
        );
    }
  };
  const timer = setInterval(look, everyMs);
  return () => clearInterval(timer);
}
