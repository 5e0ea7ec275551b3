import type { ExpectedRevision, NewEvent, StreamAppend } from "../event-store.ts";
import { batchOption as option, proposed, batchRequest as request, streamName, time, uuid } from "./wire-fields.ts";
import { WireWriter } from "./wire-writer.ts";

/** A server takes 4 MiB in one message; an append that is larger comes in several. */
const messageBytes = 1 << 20;
/** The protocol gives a server the append's deadline as a time of day, and a server whose clock is ahead of ours would find
 *  every append late. How long we wait is measured by whoever waits; the server has a limit of its own. */
export const clockSkewMs = 86_400_000;

/** What a message has beside what its events say: more than that is rare, and no harm. */
const roomBesides = 256;
const roomForEvent = 192;

/** One append as it goes on the wire: one stream's messages behind the other's. The embedded log alone takes more than one. */
export function batchRequest(number: number, appends: readonly StreamAppend[]): Buffer[] {
  return appends.flatMap((append, i) => requestsOf(number, append, i === appends.length - 1));
}

interface WrittenEvent {
  readonly id: string;
  readonly type: string;
  readonly data: string;
  readonly dataBytes: number;
  readonly metadata: string;
  readonly metadataBytes: number;
}

function requestsOf(number: number, append: StreamAppend, isLast: boolean): Buffer[] {
  const parts = inParts(append.events.map(written));
  return parts.map((events, i) =>
    requestOf(number, i === 0 ? append : undefined, events, isLast && i === parts.length - 1),
  );
}

/** At least one, which may have no events. */
function inParts(events: readonly WrittenEvent[]): WrittenEvent[][] {
  let part: WrittenEvent[] = [];
  let bytes = 0;
  const parts = [part];
  for (const event of events) {
    const size = event.dataBytes + event.metadataBytes;
    if (bytes > 0 && bytes + size > messageBytes) {
      part = [];
      bytes = 0;
      parts.push(part);
    }
    bytes += size;
    part.push(event);
  }
  return parts;
}

/** @param append whose options it has; undefined: those of the message before. */
function requestOf(
  number: number,
  append: StreamAppend | undefined,
  events: readonly WrittenEvent[],
  isFinal: boolean,
): Buffer {
  const room = events.reduce((sum, { dataBytes, metadataBytes }) => sum + dataBytes + metadataBytes + roomForEvent, 0);
  const writer = new WireWriter(room + roomBesides);
  if (isFinal) writer.number(request.isFinal, 1);
  for (const event of events.toReversed()) writeEvent(writer, event);
  if (append !== undefined) writeOptions(writer, append);
  writer.wrappedText(request.correlationId, uuid.text, correlationOf(number));
  return writer.framed();
}

function writeEvent(writer: WireWriter, event: WrittenEvent): void {
  const from = writer.size;
  writer.text(proposed.data, event.data, event.dataBytes);
  writer.text(proposed.customMetadata, event.metadata, event.metadataBytes);
  writer.entry(proposed.metadata, "content-type", "application/json");
  writer.entry(proposed.metadata, "type", event.type);
  writer.wrappedText(proposed.id, uuid.text, event.id);
  writer.message(request.proposedMessages, from);
}

function writeOptions(writer: WireWriter, { stream, expected }: StreamAppend): void {
  const from = writer.size;
  writer.number(time.seconds, Math.floor((Date.now() + clockSkewMs) / 1000));
  writer.message(option.timeOfDay, from);
  writeExpected(writer, expected);
  writer.wrappedText(option.stream, streamName, stream);
  writer.message(request.options, from);
}

function writeExpected(writer: WireWriter, expected: ExpectedRevision): void {
  if (typeof expected === "number") writer.oneOf(option.revision, expected);
  else writer.message(expected === "any" ? option.any : option.noStream, writer.size);
}

/** A UUID that is nothing but a number, which the answer has too. */
const correlationOf = (number: number): string => `00000000-0000-0000-0000-${number.toString(16).padStart(12, "0")}`;

function written({ id, type, data, metadata }: NewEvent): WrittenEvent {
  const dataText = JSON.stringify(data) ?? "";
  const metadataText = metadata === undefined ? "" : JSON.stringify(metadata);
  return {
    id,
    type,
    data: dataText,
    dataBytes: Buffer.byteLength(dataText),
    metadata: metadataText,
    metadataBytes: Buffer.byteLength(metadataText),
  };
}
