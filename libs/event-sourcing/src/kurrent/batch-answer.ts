import { Status } from "@rhumbline/proto/kurrent/shared";
import type { Appended } from "../event-store.ts";
import { WireCursor } from "./wire-cursor.ts";
import {
  position as allPosition,
  leastSignificantBits,
  batchResponse as response,
  streamName,
  batchSuccess as success,
  uuid,
} from "./wire-fields.ts";

/** What a server says of one append of a batch. */
export interface BatchAnswer {
  /** The append's; NaN: of none of ours. */
  readonly number: number;
  /** That it is of. */
  readonly stream: string | undefined;
  /** Undefined: it says neither yes nor no. */
  readonly outcome: { readonly appended: Appended } | { readonly refused: Status } | undefined;
}

/** One BatchAppendResp, read where it lies.
 *  @throws Error when the bytes are no message. */
export function readBatchAnswer(bytes: Buffer): BatchAnswer {
  const cursor = new WireCursor(bytes);
  let number = Number.NaN;
  let stream: string | undefined;
  let outcome: BatchAnswer["outcome"];
  while (cursor.next(bytes.length)) {
    const behind = cursor.at;
    if (cursor.field === response.correlationId) number = numberIn(cursor, cursor.enter());
    else if (cursor.field === response.success) outcome = { appended: appendedIn(cursor, cursor.enter()) };
    else if (cursor.field === response.stream) stream = streamIn(cursor, cursor.enter());
    else if (cursor.field === response.error) {
      const end = cursor.enter();
      outcome = { refused: Status.decode(bytes.subarray(cursor.at, end)) };
    }
    cursor.at = behind;
  }
  return { number, stream, outcome };
}

/** Of a UUID that is nothing but a number: it comes spelled as text or as two numbers. */
function numberIn(cursor: WireCursor, end: number): number {
  let number = Number.NaN;
  while (cursor.next(end)) {
    if (cursor.field === uuid.text) number = Number.parseInt(cursor.text().slice(-12), 16);
    else if (cursor.field === uuid.structured) number = lowerHalfIn(cursor, cursor.enter());
  }
  return number;
}

function lowerHalfIn(cursor: WireCursor, end: number): number {
  let number = 0;
  while (cursor.next(end)) if (cursor.field === leastSignificantBits) number = cursor.number();
  return number;
}

function appendedIn(cursor: WireCursor, end: number): Appended {
  let revision = -1;
  let position = 0;
  while (cursor.next(end)) {
    const behind = cursor.at;
    if (cursor.field === success.currentRevision) revision = cursor.number();
    else if (cursor.field === success.position) position = commitPositionIn(cursor, cursor.enter());
    cursor.at = behind;
  }
  return { revision, position };
}

function commitPositionIn(cursor: WireCursor, end: number): number {
  let position = 0;
  while (cursor.next(end)) if (cursor.field === allPosition.commit) position = cursor.number();
  return position;
}

function streamIn(cursor: WireCursor, end: number): string | undefined {
  let name: string | undefined;
  while (cursor.next(end)) if (cursor.field === streamName) name = cursor.text();
  return name;
}
