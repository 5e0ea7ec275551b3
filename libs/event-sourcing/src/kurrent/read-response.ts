import type { RecordedEvent } from "../event-store.ts";
import { WireCursor } from "./wire-cursor.ts";

/** Field numbers of ReadResp and what is in it (proto/kurrent/streams.proto). */
const responseEvent = 1;
const responseCaughtUp = 8;
const readEvent = 1;
const recorded = { id: 1, stream: 2, revision: 3, commitPosition: 5, metadata: 6, customMetadata: 7, data: 8 } as const;
const uuidText = 2;
const streamName = 3;
const entry = { key: 1, value: 2 } as const;

/** The event of one ReadResp. Undefined: it is no event, or one of the server's own.
 *  @throws Error when the bytes are no message. */
export function readRecorded(bytes: Buffer): RecordedEvent | undefined {
  const cursor = new WireCursor(bytes);
  const responseEnd = enterField(cursor, responseEvent, bytes.length);
  const end = responseEnd && enterField(cursor, readEvent, responseEnd);
  if (end === undefined) return undefined;
  let id = "";
  let stream = "";
  let type = "";
  let revision = 0;
  let position = 0;
  let data: string | undefined;
  let metadata: string | undefined;
  while (cursor.next(end)) {
    const { field } = cursor;
    if (field === recorded.id) id = textIn(cursor, uuidText);
    else if (field === recorded.stream) stream = textIn(cursor, streamName);
    else if (field === recorded.revision) revision = cursor.varint();
    else if (field === recorded.commitPosition) position = cursor.varint();
    else if (field === recorded.metadata) type = typeIn(cursor) ?? type;
    else if (field === recorded.customMetadata) metadata = cursor.text();
    else if (field === recorded.data) data = cursor.text();
    else cursor.skip();
  }
  if (type.startsWith("$") || stream.startsWith("$")) return undefined;
  if (!Number.isSafeInteger(position)) throw new Error("the log delivered an event without its position");
  return { id, type, stream, revision, position, data: json(data), metadata: json(metadata) };
}

/** Whether a ReadResp says that everything up to now was delivered. */
export const isCaughtUp = (bytes: Buffer): boolean =>
  enterField(new WireCursor(bytes), responseCaughtUp, bytes.length) !== undefined;

/** As the official client has it: what is not there is undefined. */
const json = (text: string | undefined): unknown => (text === undefined || text === "" ? undefined : JSON.parse(text));

/** Steps into a message's first field with that number. @returns where it ends; undefined: there is none. */
function enterField(cursor: WireCursor, wanted: number, end: number): number | undefined {
  while (cursor.next(end)) {
    if (cursor.field === wanted) return cursor.enter();
    cursor.skip();
  }
  return undefined;
}

/** The text of one field of the message before the cursor, which then stands behind the message. */
function textIn(cursor: WireCursor, wanted: number): string {
  const end = cursor.enter();
  let found = "";
  while (cursor.next(end)) {
    if (cursor.field === wanted) found = cursor.text();
    else cursor.skip();
  }
  return found;
}

/** The value of the map's entry before the cursor, where that is the event's type; undefined: it is another entry. */
function typeIn(cursor: WireCursor): string | undefined {
  const end = cursor.enter();
  let isType: boolean | undefined;
  let value: string | undefined;
  while (cursor.next(end)) {
    if (cursor.field === entry.key) isType = cursor.text() === "type";
    else if (cursor.field === entry.value && isType !== false) value = cursor.text();
    else cursor.skip();
  }
  return isType ? value : undefined;
}
