import { crc32 } from "node:zlib";

/**
 * One event in the log's file. Numbers are big-endian:
 *
 *     0  u32  size of the whole record
 *     4  u32  CRC-32 of everything from byte 8 up to the trailing size
 *     8  u8   1 where this record is the last of its append
 *     9  16 B event id
 *    25  f64  revision
 *    33  u16  bytes of the stream's name
 *    35  u16  bytes of the event type
 *    37       stream name, event type, frame
 *    -4  u32  size of the whole record again, so that the file can be read backwards
 *
 * The frame is the gRPC message that delivers the event to a reader: it is encoded once, when the event is written.
 * The name and type before it are what filters look at.
 */
export interface LogRecord {
  /** Byte offset in the file. */
  readonly position: number;
  readonly size: number;
  readonly endsAppend: boolean;
  readonly id: string;
  readonly revision: number;
  readonly stream: string;
  readonly type: string;
  readonly frame: Buffer;
}

const headerBytes = 37;
const trailerBytes = 4;
/** The least a record can measure: anything smaller is not one. */
export const minRecordBytes = headerBytes + trailerBytes;

export function encodeRecord(record: Omit<LogRecord, "size">): Buffer {
  const stream = Buffer.from(record.stream, "utf8");
  const type = Buffer.from(record.type, "utf8");
  const size = headerBytes + stream.length + type.length + record.frame.length + trailerBytes;
  const bytes = Buffer.allocUnsafe(size);
  bytes.writeUInt32BE(size, 0);
  bytes.writeUInt8(record.endsAppend ? 1 : 0, 8);
  bytes.write(record.id.replaceAll("-", ""), 9, "hex");
  bytes.writeDoubleBE(record.revision, 25);
  bytes.writeUInt16BE(stream.length, 33);
  bytes.writeUInt16BE(type.length, 35);
  bytes.set(stream, headerBytes);
  bytes.set(type, headerBytes + stream.length);
  bytes.set(record.frame, headerBytes + stream.length + type.length);
  bytes.writeUInt32BE(size, size - trailerBytes);
  bytes.writeUInt32BE(crc32(bytes.subarray(8, size - trailerBytes)), 4);
  return bytes;
}

/** Size of the record that starts at `offset`, or undefined where the bytes there can't be a record's. */
export function recordSizeAt(bytes: Buffer, offset: number): number | undefined {
  if (offset + 4 > bytes.length) return undefined;
  const size = bytes.readUInt32BE(offset);
  return size < minRecordBytes ? undefined : size;
}

/** Size of the record that ends at `end`. */
export function recordSizeBefore(bytes: Buffer, end: number): number {
  return bytes.readUInt32BE(end - trailerBytes);
}

/** Whether the `size` bytes at `offset` are a whole record, written to its end. */
export function isIntactRecord(bytes: Buffer, offset: number, size: number): boolean {
  const end = offset + size;
  if (end > bytes.length || bytes.readUInt32BE(end - trailerBytes) !== size) return false;
  return bytes.readUInt32BE(offset + 4) === crc32(bytes.subarray(offset + 8, end - trailerBytes));
}

/** The record at `offset` of `bytes`, which hold it whole and must not change any more: its frame is a view of them. */
export const decodeRecord = (bytes: Buffer, offset: number, position: number): LogRecord =>
  new StoredRecord(bytes, offset, position);

/** Decoded when somebody asks: who reads the log passes on the frames of most records and asks them for nothing else. */
class StoredRecord implements LogRecord {
  readonly position: number;
  readonly size: number;
  readonly #bytes: Buffer;
  readonly #offset: number;

  constructor(bytes: Buffer, offset: number, position: number) {
    this.position = position;
    this.size = bytes.readUInt32BE(offset);
    this.#bytes = bytes;
    this.#offset = offset;
  }

  get endsAppend(): boolean {
    return this.#bytes[this.#offset + 8] === 1;
  }

  get id(): string {
    return uuidText(this.#bytes.toString("hex", this.#offset + 9, this.#offset + 25));
  }

  get revision(): number {
    return this.#bytes.readDoubleBE(this.#offset + 25);
  }

  get stream(): string {
    return this.#bytes.toString("utf8", this.#offset + headerBytes, this.#typeStart);
  }

  get type(): string {
    return this.#bytes.toString("utf8", this.#typeStart, this.#frameStart);
  }

  get frame(): Buffer {
    return this.#bytes.subarray(this.#frameStart, this.#offset + this.size - trailerBytes);
  }

  get #typeStart(): number {
    return this.#offset + headerBytes + this.#bytes.readUInt16BE(this.#offset + 33);
  }

  get #frameStart(): number {
    return this.#typeStart + this.#bytes.readUInt16BE(this.#offset + 35);
  }
}

/** The records that `bytes` hold whole, the first at their start. */
export function wholeRecords(bytes: Buffer, position: number): { records: LogRecord[]; size: number } {
  const records: LogRecord[] = [];
  let offset = 0;
  for (;;) {
    const size = recordSizeAt(bytes, offset);
    if (size === undefined || offset + size > bytes.length) return { records, size: offset };
    records.push(decodeRecord(bytes, offset, position + offset));
    offset += size;
  }
}

function uuidText(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
