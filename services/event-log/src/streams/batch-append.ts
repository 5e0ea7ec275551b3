import { clearTimeout, setTimeout } from "node:timers";
import type { Status } from "@rhumbline/proto/kurrent/shared";
import { BatchAppendResp } from "@rhumbline/proto/kurrent/streams";
import type { GrpcCall } from "../server/grpc-call.ts";
import { GrpcError } from "../server/grpc-status.ts";
import { decodeRequest, encodeAnswer } from "../server/handlers.ts";
import type { AppendEvents, Refused, TogetherOutcome } from "../store/change.ts";
import { WriteOutcomeUnknown } from "../store/errors.ts";
import type { EventLog } from "../store/event-log.ts";
import { batchAppendRequest } from "./batch-append-request.ts";
import * as batchStatus from "./batch-status.ts";
import { type AppendOptions, gather, type IncomingAppend, toChanges } from "./incoming-append.ts";
import { requireUuid } from "./proposed-event.ts";
import { invalid, maxAppendBytes, partlyWritten, refusalOf } from "./refusals.ts";
import { writtenAnswer } from "./written-answer.ts";

/** A caller that sends faster than the disk takes is held back here, by HTTP/2's flow control. */
const maxUnanswered = 4096;
/** KurrentDB answers within its write timeout, whatever deadline the caller names. */
const writeTimeoutMs = 2000;

/** Streams/BatchAppend: any number of appends in one call, each answered by its correlation id when it is on the disk.
 *  Not of KurrentDB's protocol: an append goes on with another stream where a message has the options of that one. What it
 *  has for its streams is taken all or not at all, and a refusal names the stream that it is of. */
export async function batchAppend(call: GrpcCall, log: EventLog, now: () => Date): Promise<void> {
  const incoming = new Map<string, IncomingAppend>();
  const unanswered = new Set<Promise<void>>();
  await call.eachRequest((bytes) => {
    const request = decodeRequest(batchAppendRequest, bytes);
    const correlationId = requireUuid(request.correlationId);
    const append = gather(incoming.get(correlationId), request);
    if (!request.isFinal) {
      incoming.set(correlationId, append);
      return undefined;
    }
    incoming.delete(correlationId);
    const answered = answer(log, append, now).then(async (result) => {
      await call.send(encodeResult(correlationId, append, result));
      unanswered.delete(answered);
    });
    unanswered.add(answered);
    return unanswered.size >= maxUnanswered ? Promise.race(unanswered) : undefined;
  });
  await Promise.all(unanswered);
}

/** What becomes of an append. */
type Answer =
  | Extract<TogetherOutcome, { kind: "written" }>
  /** `stream`: that it is of, where the append is to several. */
  | { readonly kind: "refused"; readonly error: Status; readonly stream?: string };

async function answer(log: EventLog, append: IncomingAppend, now: () => Date): Promise<Answer> {
  try {
    if (append.refusal !== undefined) throw append.refusal;
    if (append.bytes > maxAppendBytes) return refuse(batchStatus.maximumAppendSizeExceeded());
    const patienceMs = Math.min(remainingMs(append.parts[0]?.options, now()), writeTimeoutMs);
    if (patienceMs <= 0) return refuse(batchStatus.timeout("the append came after its deadline; nothing was written"));
    return await write(log, toChanges(append), patienceMs);
  } catch (cause) {
    const refusal = refusalOf(cause);
    if (cause instanceof WriteOutcomeUnknown) return refuse(batchStatus.timeout(cause.message));
    if (refusal instanceof GrpcError) return refuse(batchStatus.refused(refusal));
    throw cause;
  }
}

async function write(log: EventLog, changes: readonly AppendEvents[], patienceMs: number): Promise<Answer> {
  const outcome = await inTime(log.appendTogether(changes), patienceMs);
  if (outcome === "too-late") return refuse(batchStatus.timeout("the disk did not answer in time"));
  if (outcome.kind === "written") return outcome;
  const { append, refused } = outcome;
  return { kind: "refused", error: statusOf(append, refused), stream: append.stream };
}

function statusOf({ stream, expected }: AppendEvents, refused: Refused): Status {
  switch (refused.kind) {
    case "wrong-revision":
      return batchStatus.wrongExpectedVersion(expected, refused.actual);
    case "partly-written":
      throw invalid(partlyWritten);
    case "stream-deleted":
      return batchStatus.streamDeleted(stream);
  }
}

function inTime<T>(promise: Promise<T>, timeoutMs: number): Promise<T | "too-late"> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve("too-late"), timeoutMs);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function remainingMs(options: AppendOptions | undefined, now: Date): number {
  const deadlineOption = options?.deadlineOption;
  switch (deadlineOption?.$case) {
    case "deadline21100":
      return deadlineOption.value.getTime() - now.getTime();
    case "deadline":
      return deadlineOption.value.seconds * 1000 + deadlineOption.value.nanos / 1e6;
    default:
      return writeTimeoutMs;
  }
}

function refuse(error: Status): Answer {
  return { kind: "refused", error };
}

function encodeResult(correlationId: string, { parts }: IncomingAppend, result: Answer): Buffer {
  const streamIdentifier = parts[0]?.options.streamIdentifier;
  if (result.kind === "written") return writtenAnswer(correlationId, streamIdentifier?.streamName ?? nothing, result);
  const { error, stream } = result;
  return encodeAnswer(BatchAppendResp, {
    correlationId: { value: { $case: "string", value: correlationId } },
    result: { $case: "error", value: error },
    streamIdentifier: stream === undefined ? streamIdentifier : { streamName: Buffer.from(stream, "utf8") },
  });
}

const nothing = Buffer.alloc(0);
