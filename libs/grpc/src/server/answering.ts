import {
  status as Code,
  type handleServerStreamingCall,
  type handleUnaryCall,
  type ServerWritableStream,
} from "@grpc/grpc-js";
import { DomainError } from "@rhumbline/event-sourcing";
import type { Call } from "../call.ts";
import { type GrpcStatus, statusOf } from "../status.ts";
import { type CallCutShort, CallSignal } from "./call-signal.ts";
import type { CallsUnderWay } from "./calls-under-way.ts";
import { type IncomingCall, incoming } from "./incoming-call.ts";
import { type Edge, observed } from "./observed.ts";
import { measured } from "./request-metrics.ts";
import { wellFormed } from "./well-formed.ts";

export type UnaryHandler = (request: unknown, call: Call) => Promise<unknown>;
export type StreamHandler = (request: unknown, call: Call) => AsyncIterable<unknown>;

/** How a call ended. */
type Ended = { readonly response: unknown } | { readonly refusal: GrpcStatus };

/** Answers one call of a method.
 *  @param request as `lenient` leaves it. */
export type Answering = (call: IncomingCall, request: unknown) => Promise<Ended>;

/** @param underWay told to end when the server waits no longer. */
export function answering(handler: UnaryHandler, edge: Edge, underWay: CallsUnderWay): Answering {
  return async (incomingCall, request) => {
    const cut = new CallSignal(incomingCall, underWay);
    const ended = measured(edge.method);
    try {
      const response = await observed(edge, incomingCall, cut, (call) => handler(wellFormed(request), call));
      ended(Code.OK);
      return { response };
    } catch (error) {
      const refusal = endOf(error, cut.reason);
      ended(refusal.code);
      return { refusal };
    } finally {
      cut.release();
    }
  };
}

export function unary(answer: Answering): handleUnaryCall<unknown, unknown> {
  return async (grpcCall, reply) => {
    const ended = await answer(incoming(grpcCall), grpcCall.request);
    if ("refusal" in ended) reply(ended.refusal);
    else reply(null, ended.response);
  };
}

/** @param underWay told to end when the server stops: a stream would follow what it follows for ever. */
export function streaming(
  handler: StreamHandler,
  edge: Edge,
  underWay: CallsUnderWay,
): handleServerStreamingCall<unknown, unknown> {
  return (grpcCall) => {
    const incomingCall = incoming(grpcCall);
    const cut = new CallSignal(incomingCall, underWay);
    const { signal } = cut;
    const ended = measured(edge.method);
    observed(edge, incomingCall, cut, async (call) => {
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
          const end = endOf(error, cut.reason);
          ended(end.code);
          grpcCall.emit("error", end);
        },
      )
      .finally(() => cut.release());
  };
}

/** What breaks in a handler that was told to end is the consequence, not the reason.
 *  @param reason why it was told to. */
export function endOf(error: unknown, reason: CallCutShort | undefined): GrpcStatus {
  return statusOf(error instanceof DomainError ? error : (reason ?? error));
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
