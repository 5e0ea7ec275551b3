import { fields, WireCursor } from "@rhumbline/event-sourcing/wire";
import type { UUID } from "@rhumbline/proto/kurrent/shared";
import type { BatchAppendReq_Options as BatchAppendOptions, ProposedMessage } from "@rhumbline/proto/kurrent/streams";

const { batchOption: option, batchRequest: request, mapEntry, proposed, streamName, time, uuid } = fields;

/** A BatchAppendReq. Its UUIDs are known as text alone, which is how they are taken. */
export interface BatchAppendRequest {
  correlationId: UUID | undefined;
  options: BatchAppendOptions | undefined;
  readonly proposedMessages: ProposedMessage[];
  isFinal: boolean;
}

/** Reads it where it lies, what events say included: the generated decoder copies that, and most of what the log is sent is
 *  this. */
export const batchAppendRequest = {
  /** @throws Error the bytes are no such message. */
  decode(bytes: Buffer): BatchAppendRequest {
    const read: BatchAppendRequest = {
      correlationId: undefined,
      options: undefined,
      proposedMessages: [],
      isFinal: false,
    };
    const cursor = new WireCursor(bytes);
    while (cursor.next(bytes.length)) {
      const behind = cursor.at;
      if (cursor.field === request.correlationId) read.correlationId = uuidIn(cursor);
      else if (cursor.field === request.options) read.options = optionsIn(cursor);
      else if (cursor.field === request.proposedMessages) read.proposedMessages.push(messageIn(cursor));
      else if (cursor.field === request.isFinal) read.isFinal = cursor.number() !== 0;
      cursor.at = behind;
    }
    return read;
  },
};

function optionsIn(cursor: WireCursor): BatchAppendOptions {
  const end = cursor.enter();
  let streamIdentifier: BatchAppendOptions["streamIdentifier"];
  let expectedStreamRevision: BatchAppendOptions["expectedStreamRevision"];
  let deadlineOption: BatchAppendOptions["deadlineOption"];
  while (cursor.next(end)) {
    const behind = cursor.at;
    if (cursor.field === option.stream) streamIdentifier = { streamName: streamNameIn(cursor) };
    else if (cursor.field === option.revision) {
      expectedStreamRevision = { $case: "revision", value: revisionIn(cursor) };
    } else if (cursor.field === option.noStream) expectedStreamRevision = { $case: "noStream", value: {} };
    else if (cursor.field === option.any) expectedStreamRevision = { $case: "any", value: {} };
    else if (cursor.field === option.streamExists) expectedStreamRevision = { $case: "streamExists", value: {} };
    else if (cursor.field === option.timeOfDay) {
      const { seconds, nanos } = timeIn(cursor);
      deadlineOption = { $case: "deadline21100", value: new Date(seconds * 1000 + nanos / 1e6) };
    } else if (cursor.field === option.duration) deadlineOption = { $case: "deadline", value: timeIn(cursor) };
    cursor.at = behind;
  }
  return { streamIdentifier, expectedStreamRevision, deadlineOption };
}

function streamNameIn(cursor: WireCursor): Buffer {
  const end = cursor.enter();
  let name: Buffer = nothing;
  while (cursor.next(end)) if (cursor.field === streamName) name = bytesOf(cursor);
  return name;
}

function revisionIn(cursor: WireCursor): number {
  const revision = cursor.number();
  if (!Number.isSafeInteger(revision)) throw new Error("a revision is above 2^53");
  return revision;
}

function timeIn(cursor: WireCursor): { seconds: number; nanos: number } {
  const end = cursor.enter();
  const read = { seconds: 0, nanos: 0 };
  while (cursor.next(end)) {
    if (cursor.field === time.seconds) read.seconds = signed(cursor.number());
    else if (cursor.field === time.nanos) read.nanos = signed(cursor.number());
  }
  return read;
}

/** What is below zero comes as its complement to 2^64, of which a double has the first digits: enough for a time that has
 *  passed. */
const signed = (value: number): number => (value < 2 ** 63 ? value : value - 2 ** 64);

function messageIn(cursor: WireCursor): ProposedMessage {
  const end = cursor.enter();
  const metadata: Record<string, string> = {};
  let [id, customMetadata, data]: [UUID | undefined, Buffer, Buffer] = [undefined, nothing, nothing];
  while (cursor.next(end)) {
    const behind = cursor.at;
    if (cursor.field === proposed.id) id = uuidIn(cursor);
    else if (cursor.field === proposed.metadata) readEntry(cursor, metadata);
    else if (cursor.field === proposed.customMetadata) customMetadata = bytesOf(cursor);
    else if (cursor.field === proposed.data) data = bytesOf(cursor);
    cursor.at = behind;
  }
  return { id, metadata, customMetadata, data };
}

/** Puts the map's entry that was just passed among the others. */
function readEntry(cursor: WireCursor, entries: Record<string, string>): void {
  const end = cursor.enter();
  let key = "";
  let value = "";
  while (cursor.next(end)) {
    if (cursor.field === mapEntry.key) key = cursor.text();
    else if (cursor.field === mapEntry.value) value = cursor.text();
  }
  entries[key] = value;
}

function uuidIn(cursor: WireCursor): UUID | undefined {
  const end = cursor.enter();
  let text: string | undefined;
  while (cursor.next(end)) if (cursor.field === uuid.text) text = cursor.text();
  return text === undefined ? undefined : { value: { $case: "string", value: text } };
}

/** What was just passed, and stays so. */
function bytesOf(cursor: WireCursor): Buffer {
  const end = cursor.enter();
  cursor.at = end;
  return cursor.bytes.subarray(cursor.start, end);
}

const nothing = Buffer.alloc(0);
