import { WireWriter } from "@rhumbline/event-sourcing/wire-writer";
import { ReadResp } from "@rhumbline/proto/kurrent/streams";
import type { ProposedEvent } from "./change.ts";

/** A message as gRPC carries it: one byte "not compressed", four of length, the message. */
export function frame(message: Uint8Array): Buffer {
  const framed = Buffer.allocUnsafe(5 + message.length);
  framed.writeUInt8(0, 0);
  framed.writeUInt32BE(message.length, 1);
  framed.set(message, 5);
  return framed;
}

/** Field numbers of ReadResp and what is in it (proto/kurrent/streams.proto, shared.proto). */
const responseEvent = 1;
const readEvent = { event: 1, commitPosition: 3 } as const;
const recorded = {
  id: 1,
  stream: 2,
  revision: 3,
  preparePosition: 4,
  commitPosition: 5,
  metadata: 6,
  customMetadata: 7,
  data: 8,
} as const;
const uuidText = 2;
const streamName = 3;
/** What a frame has beside what its event says: more than that is rare, and no harm. */
const roomBesides = 384;

/** The frame that delivers an event to a reader: a ReadResp with everything KurrentDB puts there. */
export function eventFrame(
  place: { stream: string; revision: number; position: number; createdMs: number },
  event: ProposedEvent,
): Buffer {
  const writer = new WireWriter(event.data.length + event.metadata.length + roomBesides);
  writer.oneOf(readEvent.commitPosition, place.position);
  const from = writer.size;
  writer.bytes(recorded.data, event.data);
  writer.bytes(recorded.customMetadata, event.metadata);
  writer.entry(recorded.metadata, "content-type", event.contentType);
  writer.entry(recorded.metadata, "created", ticks(place.createdMs));
  writer.entry(recorded.metadata, "type", event.type);
  writer.number(recorded.commitPosition, place.position);
  writer.number(recorded.preparePosition, place.position);
  writer.number(recorded.revision, place.revision);
  const named = writer.size;
  writer.text(streamName, place.stream);
  writer.message(recorded.stream, named);
  const identified = writer.size;
  writer.text(uuidText, event.id);
  writer.message(recorded.id, identified);
  writer.message(readEvent.event, from);
  writer.message(responseEvent, 0);
  return writer.framed();
}

/** What the frame of `eventFrame` holds of the event itself. */
export function eventBody(framed: Buffer): { data: Buffer; createdMs: number } {
  const { content } = ReadResp.decode(framed.subarray(5));
  const event = content?.$case === "event" ? content.value.event : undefined;
  const { created = "0" } = event?.metadata ?? {};
  return { data: event?.data ?? Buffer.alloc(0), createdMs: Number(created.slice(0, -4)) };
}

/** 100 ns since the Unix epoch. As text: the number is above 2^53. */
function ticks(ms: number): string {
  return `${ms}0000`;
}
