import { WireWriter } from "@rhumbline/event-sourcing/wire-writer";

/** Field numbers of BatchAppendResp and what is in it (proto/kurrent/streams.proto, shared.proto). */
const response = { correlationId: 1, success: 3, stream: 4 } as const;
const success = { currentRevision: 1, noStream: 2, position: 3 } as const;
const at = { commitPosition: 1, preparePosition: 2 } as const;
const uuidText = 2;
const streamName = 3;
/** What an answer has beside the stream's name. */
const roomBesides = 96;

/** The framed BatchAppendResp to an append that was written.
 *  @param revision -1: the stream has no event.
 *  @param position 0: the same. */
export function writtenAnswer(
  correlationId: string,
  stream: Uint8Array,
  { revision, position }: { readonly revision: number; readonly position: number },
): Buffer {
  const writer = new WireWriter(stream.length + roomBesides);
  writer.bytes(streamName, stream);
  writer.message(response.stream, 0);
  const from = writer.size;
  writer.number(at.preparePosition, position);
  writer.number(at.commitPosition, position);
  writer.message(success.position, from);
  if (revision === -1) writer.message(success.noStream, writer.size);
  else writer.oneOf(success.currentRevision, revision);
  writer.message(response.success, from);
  const identified = writer.size;
  writer.text(uuidText, correlationId);
  writer.message(response.correlationId, identified);
  return writer.framed();
}
