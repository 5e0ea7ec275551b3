import { LogUnavailable } from "../event-store-errors.ts";

const prefixBytes = 5;

/** Cuts a gRPC body into its messages (gRPC over HTTP/2, "Length-Prefixed-Message"): a byte that says whether it is
 *  compressed, four bytes of length, the message. */
export class MessageCutter {
  #pending: Buffer = Buffer.alloc(0);

  /** Hands over the messages that end in this chunk.
   *  @throws {LogUnavailable} a message is compressed, which was not agreed on. */
  cut(chunk: Buffer, take: (message: Buffer) => void): void {
    const bytes = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    let at = 0;
    while (at + prefixBytes <= bytes.length) {
      if (bytes[at] !== 0) throw new LogUnavailable("it compresses what was to be plain");
      const end = at + prefixBytes + bytes.readUInt32BE(at + 1);
      if (end > bytes.length) break;
      take(bytes.subarray(at + prefixBytes, end));
      at = end;
    }
    this.#pending = bytes.subarray(at);
  }
}

export function framed(message: Uint8Array): Buffer {
  const frame = Buffer.alloc(prefixBytes + message.length);
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, prefixBytes);
  return frame;
}
