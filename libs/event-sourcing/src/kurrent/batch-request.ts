import type { UUID } from "@rhumbline/proto/kurrent/shared";
import { BatchAppendReq, type BatchAppendReq_Options, type ProposedMessage } from "@rhumbline/proto/kurrent/streams";
import type { ExpectedRevision, NewEvent, StreamAppend } from "../event-store.ts";
import { framed } from "./grpc-frames.ts";

/** A server takes 4 MiB in one message; an append that is larger comes in several. */
const messageBytes = 1 << 20;
/** The protocol gives a server the append's deadline as a time of day, and a server whose clock is ahead of ours would find
 *  every append late. How long we wait is measured by whoever waits; the server has a limit of its own. */
export const clockSkewMs = 86_400_000;

/** One append as it goes on the wire: one stream's messages behind the other's. The embedded log alone takes more than one. */
export function* batchRequest(number: number, appends: readonly StreamAppend[]): Generator<Buffer> {
  const correlationId = correlationOf(number);
  for (const [i, append] of appends.entries()) yield* requestsOf(correlationId, append, i === appends.length - 1);
}

function* requestsOf(
  correlationId: UUID,
  { stream, expected, events }: StreamAppend,
  isLast: boolean,
): Generator<Buffer> {
  let options: BatchAppendReq_Options | undefined = {
    streamIdentifier: { streamName: Buffer.from(stream) },
    expectedStreamRevision: revisionOf(expected),
    deadlineOption: { $case: "deadline21100", value: new Date(Date.now() + clockSkewMs) },
  };
  let proposedMessages: ProposedMessage[] = [];
  let bytes = 0;
  const request = (isFinal: boolean): Buffer => {
    const message = BatchAppendReq.encode({ correlationId, options, proposedMessages, isFinal }).finish();
    options = undefined;
    proposedMessages = [];
    bytes = 0;
    return framed(message);
  };
  for (const event of events) {
    const message = proposed(event);
    const size = message.data.length + message.customMetadata.length;
    if (bytes > 0 && bytes + size > messageBytes) yield request(false);
    bytes += size;
    proposedMessages.push(message);
  }
  yield request(isLast);
}

/** A UUID that is nothing but a number: the answer may come spelled as text or as two numbers. */
function correlationOf(number: number): UUID {
  return { value: { $case: "string", value: `00000000-0000-0000-0000-${number.toString(16).padStart(12, "0")}` } };
}

/** The number that an answer belongs to. */
export function numberOf(correlationId: UUID | undefined): number {
  const value = correlationId?.value;
  if (value?.$case === "structured") return value.value.leastSignificantBits;
  return Number.parseInt(value?.value.slice(-12) ?? "", 16);
}

function revisionOf(expected: ExpectedRevision): BatchAppendReq_Options["expectedStreamRevision"] {
  if (typeof expected === "number") return { $case: "revision", value: expected };
  return expected === "any" ? { $case: "any", value: {} } : { $case: "noStream", value: {} };
}

function proposed({ id, type, data, metadata }: NewEvent): ProposedMessage {
  return {
    id: { value: { $case: "string", value: id } },
    metadata: { type, "content-type": "application/json" },
    data: Buffer.from(JSON.stringify(data) ?? ""),
    customMetadata: Buffer.from(metadata === undefined ? "" : JSON.stringify(metadata)),
  };
}
