import type { Deadline, Metadata } from "@grpc/grpc-js";
import type { CallMetadata } from "../access/caller.ts";

/** What grpc-js has of every call, whether it has one answer or many. */
interface GrpcCall {
  readonly metadata: Metadata;
  getDeadline(): Deadline;
  on(event: "cancelled", listener: () => void): unknown;
  off(event: "cancelled", listener: () => void): unknown;
}

/** What a server knows of a call before it looks at the request. */
export interface IncomingCall {
  readonly metadata: CallMetadata;
  /** Since the Unix epoch; infinite where the caller waits for ever. */
  readonly deadlineMs: number;
  /** Calls back when the caller hangs up.
   *  @returns listens no longer. */
  onHangUp(listener: () => void): () => void;
}

export function incoming(call: GrpcCall): IncomingCall {
  return {
    metadata: call.metadata,
    deadlineMs: Number(call.getDeadline()),
    onHangUp(listener) {
      call.on("cancelled", listener);
      // It is said of every call in the end, answered or not.
      return () => call.off("cancelled", listener);
    },
  };
}
