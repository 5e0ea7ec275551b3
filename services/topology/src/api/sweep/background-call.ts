import { randomUUID } from "node:crypto";
import { ownAccord } from "@rhumbline/grpc";
import type { MutationCall } from "@rhumbline/service";

/** What topology does of its own accord, under an id of its own. */
export type BackgroundCall = Pick<MutationCall, "caller" | "correlationId" | "traceparent" | "step">;

export function backgroundCall(): BackgroundCall {
  const correlationId = randomUUID();
  const step: BackgroundCall["step"] = (projectId) => ({
    actor: "topology",
    projectId,
    correlationId,
    causationId: correlationId,
  });
  return { caller: ownAccord("topology"), correlationId, traceparent: undefined, step };
}
