import { randomUUID } from "node:crypto";
import type { CommandContext } from "@rhumbline/event-sourcing";

/** Metadata of what a node leads to by itself, where it names nothing else. */
export function nodeContext(nodeId: string, from: Partial<CommandContext> = {}): CommandContext {
  const correlationId = from.correlationId || randomUUID();
  return {
    actor: `node:${nodeId}`,
    projectId: "",
    correlationId,
    causationId: from.causationId || correlationId,
    ...(from.traceparent && { traceparent: from.traceparent }),
  };
}
