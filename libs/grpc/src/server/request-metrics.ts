import { status as Code } from "@grpc/grpc-js";
import { count, metrics, record } from "@rhumbline/telemetry";
import { fullMethodName, type MethodDefinition } from "../method.ts";

/** To be called when a call comes.
 *  @returns to be called with the status when it was answered. */
export function measured({ path, responseStream }: MethodDefinition<never, never>): (code: Code) => void {
  const began = performance.now();
  const method = fullMethodName(path);
  return (code) => {
    count(metrics.grpcRequests, { method, code: Code[code] ?? "UNKNOWN" });
    if (!responseStream) record(metrics.grpcDuration, { method }, (performance.now() - began) / 1000);
  };
}
