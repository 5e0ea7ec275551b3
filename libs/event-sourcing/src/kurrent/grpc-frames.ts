import { LogUnavailable } from "../event-store-errors.ts";

const prefixBytes = 5;

/** Cuts a gRPC body into its messages (gRPC over HTTP/2, "Length-Prefixed-Message"): a byte that says whether it is
 *  compressed, four bytes of length, the message. */
export class MessageCutter {
  #pending: Buffer = Buffer.alloc(0);

  /** Hands over the messages that end in this chunk. What of it is a message's end is put behind the beginning that came
   *  before; the rest stays where it lies.
   *  @throws {LogUnavailable} a message is compressed, which was not agreed on. */
  cut(chunk: Buffer, take: (message: Buffer) => void): void {
    let at = 0;
    if (this.#pending.length > 0) {
      at = Math.min(chunk.length, this.#missing(chunk));
      const begun = Buffer.concat([this.#pending, chunk.subarray(0, at)]);
      this.#pending = begun;
      if (endOfMessage(begun, 0) !== begun.length) return;
      this.#pending = Buffer.alloc(0);
      take(begun.subarray(prefixBytes));
    }
    for (let end = endOfMessage(chunk, at); end <= chunk.length; end = endOfMessage(chunk, at)) {
      take(chunk.subarray(at + prefixBytes, end));
      at = end;
    }
    this.#pending = chunk.subarray(at);
  }

  /** How many bytes of what comes next belong to the message that has begun. */
  #missing(next: Buffer): number {
    const prefix = this.#pending.length >= prefixBytes ? this.#pending : Buffer.concat([this.#pending, next]);
    return endOfMessage(prefix, 0) - this.#pending.length;
  }
}

/** Infinity: there is not enough of it to know. */
function endOfMessage(bytes: Buffer, at: number): number {
  if (at + prefixBytes > bytes.length) return Number.POSITIVE_INFINITY;
  if (bytes[at] !== 0) throw new LogUnavailable("it compresses what was to be plain");
  return at + prefixBytes + bytes.readUInt32BE(at + 1);
}

export function framed(message: Uint8Array): Buffer {
  const frame = Buffer.alloc(prefixBytes + message.length);
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, prefixBytes);
  return frame;
}
