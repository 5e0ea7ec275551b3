import {
  status as Code,
  type handleServerStreamingCall,
  type handleUnaryCall,
  type ServerWritableStream,
} from "@grpc/grpc-js";
import { DomainError } from "@rhumbline/event-sourcing";
import type { Call } from "../call.ts";
import { type GrpcStatus, statusOf } from "../status.ts";
import { callSignal } from "./call-signal.ts";
import type { CallsUnderWay } from "./calls-under-way.ts";
import { type Edge, observed } from "./observed.ts";
import { measured } from "./request-metrics.ts";
import { wellFormed } from "./well-formed.ts";

export type UnaryHandler = (request: unknown, call: Call) => Promise<unknown>;
export type StreamHandler = (request: unknown, call: Call) => AsyncIterable<unknown>;

/** @param underWay told to end when the server waits no longer. */
export function unary(handler: UnaryHandler, edge: Edge, underWay: CallsUnderWay): handleUnaryCall<unknown, unknown> {
  return (grpcCall, answer) => {
    const { signal, release } = callSignal(grpcCall, underWay);
    const ended = measured(edge.method);
    observed(edge, grpcCall, signal, (call) => handler(wellFormed(grpcCall.request), call))
      .then(
        (response) => {
          ended(Code.OK);
          answer(null, response);
        },
        (error: unknown) => {
          const end = endOf(error, signal);
          ended(end.code);
          answer(end);
        },
      )
      .finally(release);
  };
}

/** @param underWay told to end when the server stops: a stream would follow what it follows for ever. */
export function streaming(
  handler: StreamHandler,
  edge: Edge,
  underWay: CallsUnderWay,
): handleServerStreamingCall<unknown, unknown> {
  return (grpcCall) => {
    const { signal, release } = callSignal(grpcCall, underWay);
    const ended = measured(edge.method);
    observed(edge, grpcCall, signal, async (call) => {
      for await (const message of handler(wellFormed(grpcCall.request), call)) {
        signal.throwIfAborted();
        if (!grpcCall.write(message)) await drained(grpcCall, signal);
      }
      // A handler that was told to end has not come to the end.
      signal.throwIfAborted();
    })
      .then(
        () => {
          ended(Code.OK);
          grpcCall.end();
        },
        (error: unknown) => {
          const end = endOf(error, signal);
          ended(end.code);
          grpcCall.emit("error", end);
        },
      )
      .finally(release);
  };
}

/** What breaks in a handler that was told to end is the consequence, not the reason. */
function endOf(error: unknown, signal: AbortSignal): GrpcStatus {
  return statusOf(signal.aborted && !(error instanceof DomainError) ? signal.reason : error);
}

function drained(stream: ServerWritableStream<unknown, unknown>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      stream.off("drain", go);
      signal.removeEventListener("abort", go);
      resolve();
    };
    stream.on("drain", go);
    signal.addEventListener("abort", go);
    if (signal.aborted) go();
  });
}
