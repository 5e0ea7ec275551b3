/** Writes a protobuf message from its end to its start (https://protobuf.dev/programming-guides/encoding/): what a message
 *  is long is known when it has been written, and that stands before it. Fields are written last first. The generated encoders
 *  gather the pieces of each message and copy them into those around it, and to encode an event is half of what it costs. */
export class BackwardWriter {
  readonly #bytes: Buffer;
  #start: number;

  /** @param bytes there is room for. */
  constructor(bytes: number) {
    this.#bytes = Buffer.allocUnsafe(bytes);
    this.#start = bytes;
  }

  /** What was written so far. */
  written(): Buffer {
    return this.#bytes.subarray(this.#start);
  }

  /** Bytes that are no field. */
  raw(value: Buffer): void {
    this.#start -= value.length;
    this.#bytes.set(value, this.#start);
  }

  bytes(field: number, value: Buffer): void {
    this.raw(value);
    this.#lengthDelimited(field, value.length);
  }

  text(field: number, value: string): void {
    const length = Buffer.byteLength(value);
    this.#start -= length;
    this.#bytes.write(value, this.#start, "utf8");
    this.#lengthDelimited(field, length);
  }

  /** @param value from 0 to 2^53. */
  number(field: number, value: number): void {
    this.#varint(value);
    this.#varint(field * 8);
  }

  /** A message inside this one, which `write` writes. */
  message(field: number, write: () => void): void {
    const end = this.#start;
    write();
    this.#lengthDelimited(field, end - this.#start);
  }

  #lengthDelimited(field: number, length: number): void {
    this.#varint(length);
    this.#varint(field * 8 + 2);
  }

  #varint(value: number): void {
    let bytes = 1;
    for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) bytes += 1;
    this.#start -= bytes;
    let rest = value;
    for (let at = this.#start; rest >= 128; at += 1) {
      this.#bytes[at] = (rest % 128) + 128;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.#start + bytes - 1] = rest;
  }
}
