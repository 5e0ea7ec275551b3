import { framed } from "@rhumbline/event-sourcing/wire";
import type { GrpcCall } from "./grpc-call.ts";
import { malformedRequest } from "./refusal.ts";

/** Serves one call. What it throws becomes the call's status; when it returns, the call ends well. */
export type Handler = (call: GrpcCall) => Promise<void>;

/** By path: "/package.Service/Method". */
export type Handlers = ReadonlyMap<string, Handler>;

interface Decoder<T> {
  decode(bytes: Buffer): T;
}

interface Encoder<T> {
  encode(message: T): { finish(): Uint8Array };
}

/** @throws {GrpcError} the bytes are no such message. */
export function decodeRequest<T>(codec: Decoder<T>, bytes: Buffer): T {
  try {
    return codec.decode(bytes);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw malformedRequest(`not a message of this method: ${reason}`);
  }
}

export function encodeAnswer<T>(codec: Encoder<T>, message: T): Buffer {
  return framed(codec.encode(message).finish());
}

/** The one request of a call that takes a single one. */
export async function onlyRequest<T>(call: GrpcCall, codec: Decoder<T>): Promise<T> {
  for await (const bytes of call.requests()) return decodeRequest(codec, bytes);
  throw malformedRequest("the call has none");
}

/** One request, one answer. */
export function unary<Request, Answer>(
  requestCodec: Decoder<Request>,
  answerCodec: Encoder<Answer>,
  answer: (request: Request, call: GrpcCall) => Answer | Promise<Answer>,
): Handler {
  return async (call) => {
    const request = await onlyRequest(call, requestCodec);
    await call.send(encodeAnswer(answerCodec, await answer(request, call)));
  };
}
