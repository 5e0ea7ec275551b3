import type { RecordedEvent } from "../event-store.ts";
import { DeliveredEvent } from "./delivered-event.ts";
import { WireCursor } from "./wire-cursor.ts";
import { mapEntry, readEvent, readResponse, recorded, streamName, uuid } from "./wire-fields.ts";

const typeKey = Buffer.from("type");

/** The event of one ReadResp, which keeps the bytes. Undefined: it is no event, or one of the server's own.
 *  @param start where the message begins in them.
 *  @throws Error when the bytes are no message. */
export function readRecorded(bytes: Buffer, start = 0, end = bytes.length): RecordedEvent | undefined {
  const event = readDelivered(bytes, start, end);
  return event === undefined || isOfTheServer(event) ? undefined : event;
}

/** Metadata, links, tombstones and statistics lie in $all like any event, some of them in streams of ours. */
export const isOfTheServer = ({ type, stream }: RecordedEvent): boolean =>
  type.startsWith("$") || stream.startsWith("$");

/** As `readRecorded`, the server's own events included. */
export function readDelivered(bytes: Buffer, start = 0, messageEnd = bytes.length): RecordedEvent | undefined {
  const cursor = new WireCursor(bytes, start);
  const responseEnd = enterField(cursor, readResponse.event, messageEnd);
  const end = responseEnd && enterField(cursor, readEvent.event, responseEnd);
  if (end === undefined) return undefined;
  const event = new DeliveredEvent(bytes);
  while (cursor.next(end)) {
    const behind = cursor.at;
    switch (cursor.field) {
      case recorded.id:
        if (passesInside(cursor, uuid.text)) {
          event.idStart = cursor.start;
          event.idEnd = cursor.at;
        }
        break;
      case recorded.stream:
        if (passesInside(cursor, streamName)) event.stream = cursor.text();
        break;
      case recorded.revision:
        event.revision = cursor.number();
        break;
      case recorded.commitPosition:
        event.position = cursor.number();
        break;
      case recorded.metadata:
        event.type = typeIn(cursor) ?? event.type;
        break;
      case recorded.customMetadata:
        event.metadataEnd = cursor.enter();
        event.metadataStart = cursor.at;
        break;
      case recorded.data:
        event.dataEnd = cursor.enter();
        event.dataStart = cursor.at;
        break;
      default:
    }
    cursor.at = behind;
  }
  if (!Number.isSafeInteger(event.position)) throw new Error("the log delivered an event without its position");
  return event;
}

/** Whether a ReadResp says that everything up to now was delivered. */
export const isCaughtUp = (bytes: Buffer, start = 0, end = bytes.length): boolean =>
  enterField(new WireCursor(bytes, start), readResponse.caughtUp, end) !== undefined;

/** Steps into a message's first field with that number. @returns where it ends; undefined: there is none. */
const enterField = (cursor: WireCursor, wanted: number, end: number): number | undefined =>
  passes(cursor, wanted, end) ? cursor.enter() : undefined;

/** Whether the message that was just passed has that field, which is then the one that was just passed. */
const passesInside = (cursor: WireCursor, wanted: number): boolean => passes(cursor, wanted, cursor.enter());

function passes(cursor: WireCursor, wanted: number, end: number): boolean {
  while (cursor.next(end)) if (cursor.field === wanted) return true;
  return false;
}

/** The value of the map's entry that was just passed, where that is the event's type; undefined: it is another entry. */
function typeIn(cursor: WireCursor): string | undefined {
  const end = cursor.enter();
  let isType: boolean | undefined;
  let value: string | undefined;
  while (cursor.next(end)) {
    if (cursor.field === mapEntry.key) isType = cursor.isText(typeKey);
    else if (cursor.field === mapEntry.value && isType !== false) value = cursor.text();
  }
  return isType ? value : undefined;
}
