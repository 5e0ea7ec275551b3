import { randomUUID } from "node:crypto";
import { clearTimeout, setTimeout } from "node:timers";
import type { Status } from "@rhumbline/proto/kurrent/shared";
import { BatchAppendReq, BatchAppendResp } from "@rhumbline/proto/kurrent/streams";
import type { GrpcCall } from "../server/grpc-call.ts";
import { GrpcError } from "../server/grpc-status.ts";
import { decodeRequest, encodeAnswer } from "../server/handlers.ts";
import type { AppendEvents, ProposedEvent } from "../store/change.ts";
import { WriteOutcomeUnknown } from "../store/errors.ts";
import type { EventLog } from "../store/event-log.ts";
import { success } from "./append.ts";
import * as batchStatus from "./batch-status.ts";
import { parseEvent, proposedBytes, requireExpected, requireUuid } from "./proposed-event.ts";
import { invalid, maxAppendBytes, partlyWritten, refusalOf } from "./refusals.ts";
import { requireStreamName } from "./stream-name.ts";

type Options = NonNullable<BatchAppendReq["options"]>;

/** An append of which not all messages have come yet. */
interface Incoming {
  readonly options: Options;
  readonly events: ProposedEvent[];
  bytes: number;
  refusal: unknown;
}

/** A caller that sends faster than the disk takes is held back here, by HTTP/2's flow control. */
const maxUnanswered = 4096;
/** KurrentDB answers within its write timeout, whatever deadline the caller names. */
const writeTimeoutMs = 2000;

/** Streams/BatchAppend: any number of appends on one stream, each answered by its correlation id when it is on the disk. */
export async function batchAppend(call: GrpcCall, log: EventLog, now: () => Date): Promise<void> {
  const incoming = new Map<string, Incoming>();
  const unanswered = new Set<Promise<void>>();
  for await (const bytes of call.requests()) {
    const request = decodeRequest(BatchAppendReq, bytes);
    const correlationId = requireUuid(request.correlationId);
    const append = gather(incoming.get(correlationId), request);
    if (!request.isFinal) {
      incoming.set(correlationId, append);
      continue;
    }
    incoming.delete(correlationId);
    const answered = answer(log, append, now).then((result) => call.send(encodeResult(correlationId, append, result)));
    unanswered.add(answered);
    void answered.finally(() => unanswered.delete(answered));
    if (unanswered.size >= maxUnanswered) await Promise.race(unanswered);
  }
  await Promise.all(unanswered);
}

function gather(before: Incoming | undefined, request: BatchAppendReq): Incoming {
  const options = before?.options ?? request.options;
  if (options === undefined) throw invalid("options: the first message of an append must carry them");
  const append = before ?? { options, events: [], bytes: 0, refusal: undefined };
  for (const message of request.proposedMessages) {
    append.bytes += proposedBytes(message);
    // An append that will be refused is counted on, not kept.
    if (append.bytes > maxAppendBytes) continue;
    try {
      append.events.push(parseEvent(message));
    } catch (cause) {
      append.refusal ??= cause;
    }
  }
  return append;
}

type Result = NonNullable<BatchAppendResp["result"]>;

async function answer(log: EventLog, append: Incoming, now: () => Date): Promise<Result> {
  try {
    if (append.refusal !== undefined) throw append.refusal;
    if (append.bytes > maxAppendBytes) return error(batchStatus.maximumAppendSizeExceeded());
    const patienceMs = Math.min(remainingMs(append.options, now()), writeTimeoutMs);
    if (patienceMs <= 0) return error(batchStatus.timeout("the append came after its deadline; nothing was written"));
    return await write(log, toChange(append), patienceMs);
  } catch (cause) {
    const refusal = refusalOf(cause);
    if (cause instanceof WriteOutcomeUnknown) return error(batchStatus.timeout(cause.message));
    if (refusal instanceof GrpcError) return error(batchStatus.refused(refusal));
    throw cause;
  }
}

function toChange({ options, events }: Incoming): AppendEvents {
  const stream = requireStreamName(options.streamIdentifier);
  return {
    kind: "append",
    stream,
    expected: requireExpected(options.expectedStreamRevision),
    events,
    eventId: randomUUID(),
  };
}

async function write(log: EventLog, change: AppendEvents, patienceMs: number): Promise<Result> {
  const outcome = await inTime(log.change(change), patienceMs);
  if (outcome === "too-late") return error(batchStatus.timeout("the disk did not answer in time"));
  switch (outcome.kind) {
    case "written":
      return success(outcome.revision, outcome.position);
    case "wrong-revision":
      return error(batchStatus.wrongExpectedVersion(change.expected, outcome.actual));
    case "partly-written":
      throw invalid(partlyWritten);
    case "stream-deleted":
      return error(batchStatus.streamDeleted(change.stream));
  }
}

function inTime<T>(promise: Promise<T>, timeoutMs: number): Promise<T | "too-late"> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve("too-late"), timeoutMs);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function remainingMs({ deadlineOption }: Options, now: Date): number {
  switch (deadlineOption?.$case) {
    case "deadline21100":
      return deadlineOption.value.getTime() - now.getTime();
    case "deadline":
      return deadlineOption.value.seconds * 1000 + deadlineOption.value.nanos / 1e6;
    default:
      return writeTimeoutMs;
  }
}

function error(value: Status): Result {
  return { $case: "error", value };
}

function encodeResult(correlationId: string, { options }: Incoming, result: Result): Buffer {
  return encodeAnswer(BatchAppendResp, {
    correlationId: { value: { $case: "string", value: correlationId } },
    result,
    streamIdentifier: options.streamIdentifier,
  });
}
