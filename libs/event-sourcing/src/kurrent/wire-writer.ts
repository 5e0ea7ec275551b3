import { mapEntry } from "./wire-fields.ts";

/** Writes a protobuf message from its end to its beginning, so that the length of what is in it is known where that has to
 *  stand: https://protobuf.dev/programming-guides/encoding/. The generated encoders make a list of every message within, and a
 *  BigInt of every number; an event has a dozen of the ones and five of the others, and is written twice before it is in the
 *  log. What is written is in the order of a reader when the last field is written first. */
export class WireWriter {
  #bytes: Buffer;
  #at: number;

  /** @param room for as many bytes; it makes more where that is not enough. */
  constructor(room: number) {
    this.#bytes = Buffer.allocUnsafe(room);
    this.#at = room;
  }

  /** Bytes that are written. */
  get size(): number {
    return this.#bytes.length - this.#at;
  }

  /** An unsigned integer that a double holds exactly. Its default, 0, is left out. */
  number(field: number, value: number): void {
    if (value !== 0) this.oneOf(field, value);
  }

  /** As `number`, of which one of several is to be there: 0 too. */
  oneOf(field: number, value: number): void {
    this.#varint(value);
    this.#varint(field * 8 + varintType);
  }

  /** The default, none, is left out. */
  bytes(field: number, value: Uint8Array): void {
    if (value.length === 0) return;
    this.#reserve(value.length);
    this.#bytes.set(value, this.#at);
    this.#lengthDelimited(field, value.length);
  }

  /** The default, none, is left out.
   *  @param length in UTF-8, where that is known. */
  text(field: number, value: string, length = Buffer.byteLength(value)): void {
    if (length === 0) return;
    this.#reserve(length);
    this.#bytes.write(value, this.#at, length);
    this.#lengthDelimited(field, length);
  }

  /** A message within.
   *  @param from `size` before the last of its fields was written. */
  message(field: number, from: number): void {
    this.#lengthDelimited(field, this.size - from);
  }

  /** A message within that has nothing but a text. */
  wrappedText(field: number, inner: number, value: string): void {
    const from = this.size;
    this.text(inner, value);
    this.message(field, from);
  }

  /** An entry of a map of texts. */
  entry(field: number, key: string, value: string): void {
    const from = this.size;
    this.text(mapEntry.value, value);
    this.text(mapEntry.key, key);
    this.message(field, from);
  }

  /** All that was written, as gRPC carries a message: a byte "not compressed", four of length, the message. */
  framed(): Buffer {
    const length = this.size;
    this.#reserve(5);
    this.#bytes[this.#at] = 0;
    this.#bytes.writeUInt32BE(length, this.#at + 1);
    return this.#bytes.subarray(this.#at);
  }

  #lengthDelimited(field: number, length: number): void {
    this.#varint(length);
    this.#varint(field * 8 + lengthDelimitedType);
  }

  #varint(value: number): void {
    let length = 1;
    for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) length += 1;
    this.#reserve(length);
    let at = this.#at;
    let rest = value;
    for (; rest >= 128; rest = Math.floor(rest / 128)) this.#bytes[at++] = (rest % 128) + 128;
    this.#bytes[at] = rest;
  }

  /** Goes back by so many bytes. */
  #reserve(length: number): void {
    if (length > this.#at) {
      const more = Buffer.allocUnsafe(2 * this.#bytes.length + length);
      const at = more.length - this.size;
      this.#bytes.copy(more, at, this.#at);
      this.#bytes = more;
      this.#at = at;
    }
    this.#at -= length;
  }
}

const varintType = 0;
const lengthDelimitedType = 2;
