/** A place in a protobuf message, read where it lies: https://protobuf.dev/programming-guides/encoding/. The generated
 *  decoders copy every field into objects, and a rebuild reads millions of messages. It steps from field to field; little
 *  code does all of it, for a rebuild of a small log is over before much would be optimised. */
export class WireCursor {
  readonly bytes: Buffer;
  /** Behind the field that was passed last. */
  at: number;
  /** That was passed last. */
  field = 0;
  /** Where the text, the bytes or the message of that field begin; they end where the cursor stands. */
  start = 0;
  #kind = -1;
  #number = 0;

  /** @param at where the message begins. */
  constructor(bytes: Buffer, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  /** Passes the next field before `end`. False: there is none.
   *  @throws Error when the bytes are no message. */
  next(end: number): boolean {
    if (this.at >= end) return false;
    const tag = this.#varint();
    this.field = Math.floor(tag / 8);
    this.#kind = tag & 7;
    if (this.#kind === lengthDelimited) {
      const length = this.#varint();
      this.start = this.at;
      this.at += length;
    } else if (this.#kind === varintType) {
      this.#number = this.#varint();
    } else if (this.#kind === fixed64) {
      this.at += 8;
    } else if (this.#kind === fixed32) {
      this.at += 4;
    } else {
      throw new Error(`field ${this.field} is of no known kind`);
    }
    if (this.at > end) throw new Error("a field ends behind its message");
    return true;
  }

  /** The number below 2^53 that was passed.
   *  @throws Error it was none. */
  number(): number {
    if (this.#kind !== varintType) throw new Error(`field ${this.field} is not what it should be`);
    return this.#number;
  }

  /** Stands before what is in the field that was passed.
   *  @returns where that ends.
   *  @throws Error nothing can be in it. */
  enter(): number {
    if (this.#kind !== lengthDelimited) throw new Error(`field ${this.field} is not what it should be`);
    const end = this.at;
    this.at = this.start;
    return end;
  }

  /** The text that was passed. */
  text(): string {
    if (this.#kind !== lengthDelimited) throw new Error(`field ${this.field} is not what it should be`);
    return this.bytes.toString("utf8", this.start, this.at);
  }

  /** Whether what was passed are these bytes. */
  isText(expected: Buffer): boolean {
    if (this.at - this.start !== expected.length) return false;
    for (let i = 0; i < expected.length; i += 1) if (this.bytes[this.start + i] !== expected[i]) return false;
    return true;
  }

  #varint(): number {
    const first = this.bytes[this.at] ?? tooLarge;
    if (first < 128) {
      this.at += 1;
      return first;
    }
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.bytes[this.at];
      if (byte === undefined) throw new Error("a number ends behind its message");
      this.at += 1;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  }
}

const varintType = 0;
const fixed64 = 1;
const lengthDelimited = 2;
const fixed32 = 5;
const tooLarge = 256;
