import { ReadResp } from "@rhumbline/proto/kurrent/streams";
import { BackwardWriter } from "./backward-writer.ts";
import type { ProposedEvent } from "./change.ts";

/** A message as gRPC carries it: one byte "not compressed", four of length, the message. */
export function frame(message: Uint8Array): Buffer {
  return Buffer.concat([framePrefix(message.length), message]);
}

function framePrefix(messageBytes: number): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(messageBytes, 1);
  return prefix;
}

/** Field numbers of ReadResp and what is in it (proto/kurrent/streams.proto). */
const response = { event: 1 } as const;
const readEvent = { event: 1, commitPosition: 3 } as const;
const recorded = {
  ...{ id: 1, streamIdentifier: 2, streamRevision: 3, preparePosition: 4, commitPosition: 5 },
  ...{ metadata: 6, customMetadata: 7, data: 8 },
} as const;
const uuidText = 2;
const streamName = 3;
const entry = { key: 1, value: 2 } as const;
/** More than all but names, data and metadata ever take. */
const frameBytes = 512;

/** The frame that delivers an event to a reader: a ReadResp with everything KurrentDB puts there. */
export function eventFrame(
  { stream, revision, position, createdMs }: { stream: string; revision: number; position: number; createdMs: number },
  { id, type, contentType, data, metadata }: ProposedEvent,
): Buffer {
  const texts = Buffer.byteLength(stream) + Buffer.byteLength(type) + Buffer.byteLength(contentType);
  const writer = new BackwardWriter(frameBytes + texts + data.length + metadata.length);
  const described = (key: string, value: string): void =>
    writer.message(recorded.metadata, () => {
      writer.text(entry.value, value);
      writer.text(entry.key, key);
    });
  writer.message(response.event, () => {
    writer.number(readEvent.commitPosition, position);
    writer.message(readEvent.event, () => {
      if (data.length > 0) writer.bytes(recorded.data, data);
      if (metadata.length > 0) writer.bytes(recorded.customMetadata, metadata);
      described("content-type", contentType);
      described("created", ticks(createdMs));
      described("type", type);
      writer.number(recorded.commitPosition, position);
      writer.number(recorded.preparePosition, position);
      if (revision > 0) writer.number(recorded.streamRevision, revision);
      writer.message(recorded.streamIdentifier, () => writer.text(streamName, stream));
      writer.message(recorded.id, () => writer.text(uuidText, id));
    });
  });
  writer.raw(framePrefix(writer.written().length));
  return writer.written();
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
