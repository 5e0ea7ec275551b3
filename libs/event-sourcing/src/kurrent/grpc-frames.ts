import { LogUnavailable } from "../event-store-errors.ts";

const prefixBytes = 5;

/** What a message's prefix says: to be refused by an error, or taken. */
type Prefix = (isCompressed: boolean, length: number) => void;

const requirePlain: Prefix = (isCompressed) => {
  if (isCompressed) throw new LogUnavailable("it compresses what was to be plain");
};

/** Cuts a gRPC body into its messages (gRPC over HTTP/2, "Length-Prefixed-Message"): a byte that says whether it is
 *  compressed, four bytes of length, the message. */
export class MessageCutter {
  readonly #require: Prefix;
  #pending: Buffer = Buffer.alloc(0);

  /** @param require throws what a message is refused with; those of the log's are not to be compressed, which was not
   *  agreed on. */
  constructor(require: Prefix = requirePlain) {
    this.#require = require;
  }

  /** Whether a message has begun and not ended. */
  get isAmidMessage(): boolean {
    return this.#pending.length > 0;
  }

  /** Hands over the messages that end in this chunk. What of it is a message's end is put behind the beginning that came
   *  before; the rest stays where it lies.
   *  @throws what a message is refused with, those before it are handed over. */
  cut(chunk: Buffer, take: (message: Buffer) => void): void {
    this.locate(chunk, (bytes, start, end) => take(bytes.subarray(start, end)));
  }

  /** As `cut`, for who reads a message where it lies: a view of each would cost a rebuild as much as to find its fields.
   *  @throws what a message is refused with, those before it are handed over. */
  locate(chunk: Buffer, take: (bytes: Buffer, start: number, end: number) => void): void {
    let at = 0;
    if (this.#pending.length > 0) {
      at = Math.min(chunk.length, this.#missing(chunk));
      const begun = Buffer.concat([this.#pending, chunk.subarray(0, at)]);
      this.#pending = begun;
      if (this.#endOfMessage(begun, 0) !== begun.length) return;
      this.#pending = Buffer.alloc(0);
      take(begun, prefixBytes, begun.length);
    }
    for (let end = this.#endOfMessage(chunk, at); end <= chunk.length; end = this.#endOfMessage(chunk, at)) {
      take(chunk, at + prefixBytes, end);
      at = end;
    }
    this.#pending = chunk.subarray(at);
  }

  /** How many bytes of what comes next belong to the message that has begun. */
  #missing(next: Buffer): number {
    const prefix = this.#pending.length >= prefixBytes ? this.#pending : Buffer.concat([this.#pending, next]);
    return this.#endOfMessage(prefix, 0) - this.#pending.length;
  }

  /** Infinity: there is not enough of it to know. */
  #endOfMessage(bytes: Buffer, at: number): number {
    if (at + prefixBytes > bytes.length) return Number.POSITIVE_INFINITY;
    const length = bytes.readUInt32BE(at + 1);
    this.#require(bytes[at] !== 0, length);
    return at + prefixBytes + length;
  }
}

/** A message as gRPC carries it, not compressed. */
export function framed(message: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(prefixBytes + message.length);
  frame[0] = 0;
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, prefixBytes);
  return frame;
}
