import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import type { RecordedEvent } from "../event-store.ts";

/** Field numbers of ReadResp and what is in it (proto/kurrent/streams.proto). */
const responseEvent = 1;
const responseCaughtUp = 8;
const readEvent = 1;
const recorded = { id: 1, stream: 2, revision: 3, commitPosition: 5, metadata: 6, customMetadata: 7, data: 8 } as const;
const uuidText = 2;
const streamName = 3;
const entry = { key: 1, value: 2 } as const;

/** The event of one ReadResp, read where it lies: the decoder that is generated copies every field, and a rebuild reads
 *  millions. Undefined: it is no event, or one of the server's own.
 *  @throws Error when the bytes are no message. */
export function readRecorded(bytes: Buffer): RecordedEvent | undefined {
  const reader = new BinaryReader(bytes);
  const inner = enter(reader, responseEvent, bytes.length);
  const end = inner && enter(reader, readEvent, inner);
  if (end === undefined) return undefined;
  let id = "";
  let stream = "";
  let type = "";
  let revision = 0;
  let position = 0;
  let data: string | undefined;
  let metadata: string | undefined;
  while (reader.pos < end) {
    const [field, wireType] = reader.tag();
    if (field === recorded.id) id = textIn(reader, uuidText, bytes);
    else if (field === recorded.stream) stream = textIn(reader, streamName, bytes);
    else if (field === recorded.revision) revision = Number(reader.uint64());
    else if (field === recorded.commitPosition) position = Number(reader.uint64());
    else if (field === recorded.metadata) type = mapValue(reader, "type", bytes) ?? type;
    else if (field === recorded.customMetadata) metadata = text(reader, bytes);
    else if (field === recorded.data) data = text(reader, bytes);
    else reader.skip(wireType, field);
  }
  if (type.startsWith("$") || stream.startsWith("$")) return undefined;
  if (!Number.isSafeInteger(position)) throw new Error("the log delivered an event without its position");
  return { id, type, stream, revision, position, data: json(data), metadata: json(metadata) };
}

/** Whether a ReadResp says that everything up to now was delivered. */
export const isCaughtUp = (bytes: Buffer): boolean =>
  enter(new BinaryReader(bytes), responseCaughtUp, bytes.length) !== undefined;

/** As the official client has it: what is not there is undefined. */
const json = (text: string | undefined): unknown => (text === undefined || text === "" ? undefined : JSON.parse(text));

/** Where the message, bytes or text ends that the reader stands before; the reader stands in it then. */
function endOfNested(reader: BinaryReader): number {
  const length = reader.uint32();
  if (reader.pos + length > reader.len) throw new Error("a field ends behind its message");
  return reader.pos + length;
}

/** Steps into a message's first field with that number. @returns where it ends; undefined: there is none. */
function enter(reader: BinaryReader, wanted: number, end: number): number | undefined {
  while (reader.pos < end) {
    const [field, wireType] = reader.tag();
    if (field === wanted && wireType === WireType.LengthDelimited) return endOfNested(reader);
    reader.skip(wireType, field);
  }
  return undefined;
}

function text(reader: BinaryReader, bytes: Buffer): string {
  const end = endOfNested(reader);
  const found = bytes.toString("utf8", reader.pos, end);
  reader.pos = end;
  return found;
}

/** The text of one field of the message before the reader, which then stands behind the message. */
function textIn(reader: BinaryReader, field: number, bytes: Buffer): string {
  const end = endOfNested(reader);
  const textEnd = enter(reader, field, end);
  const found = textEnd === undefined ? "" : bytes.toString("utf8", reader.pos, textEnd);
  reader.pos = end;
  return found;
}

/** Of a map's entry with this key; undefined: it is another's. */
function mapValue(reader: BinaryReader, key: string, bytes: Buffer): string | undefined {
  const end = endOfNested(reader);
  let isKey = false;
  let value = "";
  while (reader.pos < end) {
    const [field, wireType] = reader.tag();
    if (field === entry.key) isKey = text(reader, bytes) === key;
    else if (field === entry.value) value = text(reader, bytes);
    else reader.skip(wireType, field);
  }
  return isKey ? value : undefined;
}
