import { fields, WireWriter } from "@rhumbline/event-sourcing/wire";
import { ReadResp } from "@rhumbline/proto/kurrent/streams";
import type { ProposedEvent } from "./change.ts";

const { readEvent, readResponse, recorded, streamName, uuid } = fields;
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
  writer.wrappedText(recorded.stream, streamName, place.stream);
  writer.wrappedText(recorded.id, uuid.text, event.id);
  writer.message(readEvent.event, from);
  writer.message(readResponse.event, 0);
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
