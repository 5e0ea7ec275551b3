import { GrpcError, grpcStatus } from "./grpc-status.ts";

const prefixBytes = 5;
/** A request may be this large. An append over the log's own limit is refused by name, so it must fit in here first. */
const maxMessageBytes = 32 << 20;

/** Cuts gRPC messages out of the chunks of an HTTP/2 stream. */
export class MessageCutter {
  #rest: Buffer = Buffer.alloc(0);

  /** The messages that end in this chunk.
   *  @throws {GrpcError} something in it is no message that is taken here. */
  cut(chunk: Buffer): readonly Buffer[] {
    let rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const messages: Buffer[] = [];
    for (let length = messageLength(rest); length !== undefined; length = messageLength(rest)) {
      messages.push(rest.subarray(prefixBytes, prefixBytes + length));
      rest = rest.subarray(prefixBytes + length);
    }
    this.#rest = rest;
    return messages;
  }

  /** @throws {GrpcError} a message has begun and not ended. */
  end(): void {
    if (this.#rest.length > 0)
      throw new GrpcError(grpcStatus.invalidArgument, "the request ends in the middle of a message");
  }
}

/** Length of the message at the start of `bytes`, or undefined while it is not there whole. */
function messageLength(bytes: Buffer): number | undefined {
  if (bytes.length < prefixBytes) return undefined;
  if (bytes.readUInt8(0) !== 0) throw new GrpcError(grpcStatus.unimplemented, "compressed messages are not taken");
  const length = bytes.readUInt32BE(1);
  if (length > maxMessageBytes) {
    throw new GrpcError(
      grpcStatus.invalidArgument,
      `a message of ${length} bytes is over the limit of ${maxMessageBytes}`,
    );
  }
  return bytes.length < prefixBytes + length ? undefined : length;
}
