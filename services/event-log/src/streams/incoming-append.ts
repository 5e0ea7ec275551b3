import { randomUUID } from "node:crypto";
import type { AppendEvents, ProposedEvent } from "../store/change.ts";
import type { BatchAppendRequest } from "./batch-append-request.ts";
import { parseEvent, proposedBytes, requireExpected } from "./proposed-event.ts";
import { invalid, maxAppendBytes } from "./refusals.ts";
import { requireStreamName } from "./stream-name.ts";

export type AppendOptions = NonNullable<BatchAppendRequest["options"]>;

/** An append of BatchAppend, whose messages come one after the other. */
export interface IncomingAppend {
  /** One a stream: KurrentDB's clients append to one, ours to several together too. */
  readonly parts: Part[];
  bytes: number;
  refusal: unknown;
}

interface Part {
  readonly options: AppendOptions;
  readonly events: ProposedEvent[];
}

/** The append with what one more message has of it. */
export function gather(before: IncomingAppend | undefined, request: BatchAppendRequest): IncomingAppend {
  const append = before ?? { parts: [], bytes: 0, refusal: undefined };
  const part = partFor(append, request.options);
  for (const message of request.proposedMessages) {
    append.bytes += proposedBytes(message);
    // An append that will be refused is counted on, not kept.
    if (append.bytes > maxAppendBytes) continue;
    try {
      part.events.push(parseEvent(message));
    } catch (cause) {
      append.refusal ??= cause;
    }
  }
  return append;
}

/** Options that name another stream than those before them begin its part. */
function partFor({ parts }: IncomingAppend, options: AppendOptions | undefined): Part {
  const last = parts.at(-1);
  if (last !== undefined && (options === undefined || streamOf(options) === streamOf(last.options))) return last;
  if (options === undefined) throw invalid("options: the first message of an append must carry them");
  const part = { options, events: [] };
  parts.push(part);
  return part;
}

const streamOf = ({ streamIdentifier }: AppendOptions): string | undefined =>
  streamIdentifier?.streamName.toString("utf8");

/** What is asked of the log, stream by stream.
 *  @throws {GrpcError} something of it is missing, or a stream is named twice. */
export function toChanges({ parts }: IncomingAppend): readonly AppendEvents[] {
  const changes = parts.map(toChange);
  const streams = new Set(changes.map(({ stream }) => stream));
  if (streams.size < changes.length) throw invalid("options: each stream of an append is named once");
  return changes;
}

function toChange({ options, events }: Part): AppendEvents {
  const stream = requireStreamName(options.streamIdentifier);
  const expected = requireExpected(options.expectedStreamRevision);
  return { kind: "append", stream, expected, events, eventId: randomUUID() };
}
