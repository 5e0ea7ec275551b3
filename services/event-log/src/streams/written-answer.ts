import { fields, WireWriter } from "@rhumbline/event-sourcing/wire";

const { batchResponse: response, batchSuccess: success, position: at, streamName, uuid } = fields;
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
  writer.number(at.prepare, position);
  writer.number(at.commit, position);
  writer.message(success.position, from);
  if (revision === -1) writer.message(success.noStream, writer.size);
  else writer.oneOf(success.currentRevision, revision);
  writer.message(response.success, from);
  writer.wrappedText(response.correlationId, uuid.text, correlationId);
  return writer.framed();
}
