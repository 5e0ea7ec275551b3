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

/** The frame that delivers an event to a reader: a ReadResp with everything KurrentDB puts there. */
export function eventFrame(
  place: { stream: string; revision: number; position: number; createdMs: number },
  event: ProposedEvent,
): Buffer {
  const recorded = {
    id: { value: { $case: "string", value: event.id } },
    streamIdentifier: { streamName: Buffer.from(place.stream, "utf8") },
    streamRevision: place.revision,
    preparePosition: place.position,
    commitPosition: place.position,
    metadata: { type: event.type, created: ticks(place.createdMs), "content-type": event.contentType },
    customMetadata: event.metadata,
    data: event.data,
  } as const;
  const position = { $case: "commitPosition", value: place.position } as const;
  const content = { $case: "event", value: { event: recorded, position } } as const;
  return frame(ReadResp.encode({ content }).finish());
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
