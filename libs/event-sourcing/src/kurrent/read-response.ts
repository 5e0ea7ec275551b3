import type { RecordedEvent } from "../event-store.ts";

/** Field numbers of ReadResp and what is in it (proto/kurrent/streams.proto). */
const responseEvent = 1;
const readEvent = { event: 1, link: 2 } as const;
const recorded = { id: 1, stream: 2, revision: 3, commitPosition: 5, metadata: 6, customMetadata: 7, data: 8 } as const;
const uuidText = 2;
const streamName = 3;
const entry = { key: 1, value: 2 } as const;
const wire = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/** The event of one ReadResp, read where it lies: the decoder that is generated copies every field, and a rebuild reads
 *  millions. Undefined: it is no event, or one of the server's own.
 *  @throws Error when the bytes are no message. */
export function readRecorded(bytes: Buffer): RecordedEvent | undefined {
  const reader = new Reader(bytes);
  const event = reader.within(responseEvent)?.within(readEvent.event);
  if (event === undefined) return undefined;
  let id = "";
  let stream = "";
  let type = "";
  let revision = 0;
  let position = 0;
  let data: Buffer | undefined;
  let metadata: Buffer | undefined;
  while (event.next()) {
    if (event.field === recorded.id) id = event.message().text(uuidText);
    else if (event.field === recorded.stream) stream = event.message().text(streamName);
    else if (event.field === recorded.revision) revision = event.number;
    else if (event.field === recorded.commitPosition) position = event.number;
    else if (event.field === recorded.metadata) type = event.message().valueOf("type") ?? type;
    else if (event.field === recorded.customMetadata) metadata = event.bytes();
    else if (event.field === recorded.data) data = event.bytes();
  }
  if (type.startsWith("$") || stream.startsWith("$")) return undefined;
  if (!Number.isSafeInteger(position)) throw new Error("the log delivered an event without its position");
  return { id, type, stream, revision, position, data: json(data), metadata: json(metadata) };
}

/** As the official client has it: what is not there is undefined. */
const json = (bytes: Buffer | undefined): unknown =>
  bytes === undefined || bytes.length === 0 ? undefined : JSON.parse(bytes.toString("utf8"));

/** Walks a protobuf message's fields in whatever order they come. */
class Reader {
  field = 0;
  /** The field's value, if it is a number. */
  number = 0;
  readonly #bytes: Buffer;
  #at: number;
  readonly #end: number;
  #valueAt = 0;
  #valueEnd = 0;

  constructor(bytes: Buffer, at = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#at = at;
    this.#end = end;
  }

  next(): boolean {
    if (this.#at >= this.#end) return false;
    const tag = this.#varint();
    this.field = Math.floor(tag / 8);
    const type = tag % 8;
    if (type === wire.varint) this.number = this.#varint();
    else if (type === wire.bytes) this.#skip(this.#varint());
    else if (type === wire.fixed64) this.#skip(8);
    else if (type === wire.fixed32) this.#skip(4);
    else throw new Error(`wire type ${type} is none of protobuf's`);
    return true;
  }

  bytes(): Buffer {
    return this.#bytes.subarray(this.#valueAt, this.#valueEnd);
  }

  message(): Reader {
    return new Reader(this.#bytes, this.#valueAt, this.#valueEnd);
  }

  within(field: number): Reader | undefined {
    while (this.next()) if (this.field === field) return this.message();
    return undefined;
  }

  text(field: number): string {
    const found = this.within(field);
    return found === undefined ? "" : found.#all();
  }

  /** Of a map's entry with this key; undefined: it is another's. */
  valueOf(key: string): string | undefined {
    let isKey = false;
    let value = "";
    while (this.next()) {
      if (this.field === entry.key) isKey = this.message().#all() === key;
      else if (this.field === entry.value) value = this.message().#all();
    }
    return isKey ? value : undefined;
  }

  #all(): string {
    return this.#bytes.toString("utf8", this.#at, this.#end);
  }

  #skip(length: number): void {
    this.#valueAt = this.#at;
    this.#valueEnd = this.#at + length;
    if (this.#valueEnd > this.#end) throw new Error("a field ends behind its message");
    this.#at = this.#valueEnd;
  }

  #varint(): number {
    let value = 0;
    for (let factor = 1; this.#at < this.#end; factor *= 128) {
      const byte = this.#bytes[this.#at] ?? 0;
      this.#at += 1;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
    throw new Error("a number ends behind its message");
  }
}
