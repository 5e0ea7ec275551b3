/** A place in a protobuf message, read where it lies: https://protobuf.dev/programming-guides/encoding/. The generated
 *  decoders copy every field into objects, and a rebuild reads millions of messages. */
export class WireCursor {
  readonly bytes: Buffer;
  at = 0;
  /** Of the field that was entered last. */
  field = 0;
  #wireType = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  /** Steps onto the next field before `end`. False: there is none. */
  next(end: number): boolean {
    if (this.at >= end) return false;
    const tag = this.varint();
    this.field = Math.floor(tag / 8);
    this.#wireType = tag & 7;
    return true;
  }

  /** A number below 2^53. */
  varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.bytes[this.at];
      if (byte === undefined) throw new Error("a number ends behind its message");
      this.at += 1;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  }

  /** Where the message, bytes or text of the field ends; the cursor stands in it then.
   *  @throws Error the field is of another kind, or longer than what holds it. */
  enter(): number {
    if (this.#wireType !== lengthDelimited) throw new Error(`field ${this.field} is not what it should be`);
    const end = this.varint() + this.at;
    if (end > this.bytes.length) throw new Error("a field ends behind its message");
    return end;
  }

  /** Behind the field. */
  skip(): void {
    if (this.#wireType === lengthDelimited) this.at = this.enter();
    else if (this.#wireType === varintType) this.varint();
    else if (this.#wireType === fixed64) this.at += 8;
    else if (this.#wireType === fixed32) this.at += 4;
    else throw new Error(`field ${this.field} is of no known kind`);
  }

  /** Whether the field's bytes are these; the cursor stands behind them then, or behind others. */
  isText(expected: Buffer): boolean {
    const end = this.enter();
    const start = this.at;
    this.at = end;
    return end - start === expected.length && expected.every((byte, i) => byte === this.bytes[start + i]);
  }

  /** Text of the field, whole. */
  text(): string {
    const end = this.enter();
    const found = this.bytes.toString("utf8", this.at, end);
    this.at = end;
    return found;
  }
}

const varintType = 0;
const fixed64 = 1;
const lengthDelimited = 2;
const fixed32 = 5;
