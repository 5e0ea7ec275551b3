import type { Metadata, ServerDuplexStream, ServerUnaryCall, ServerWritableStream } from "@grpc/grpc-js";

type GrpcCall =
  | ServerUnaryCall<unknown, unknown>
  | ServerWritableStream<unknown, unknown>
  | ServerDuplexStream<unknown, unknown>;

/** What a server knows of a call before it looks at the request. */
export interface IncomingCall {
  readonly metadata: Metadata;
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
