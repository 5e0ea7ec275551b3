import { MessageCutter } from "@rhumbline/event-sourcing/wire";
import { GrpcError, grpcStatus } from "./grpc-status.ts";

/** A request may be this large. An append over the log's own limit is refused by name, so it must fit in here first. */
const maxMessageBytes = 32 << 20;

/** Cuts the messages of a request out of its chunks; `cut` throws a GrpcError of one that is not taken here. */
export class RequestCutter extends MessageCutter {
  constructor() {
    super(requireTaken);
  }

  /** To be called behind the last chunk.
   *  @throws {GrpcError} a message has begun and not ended. */
  end(): void {
    if (this.isAmidMessage)
      throw new GrpcError(grpcStatus.invalidArgument, "the request ends in the middle of a message");
  }
}

function requireTaken(isCompressed: boolean, length: number): void {
  if (isCompressed) throw new GrpcError(grpcStatus.unimplemented, "compressed messages are not taken");
  if (length > maxMessageBytes) {
    throw new GrpcError(
      grpcStatus.invalidArgument,
      `a message of ${length} bytes is over the limit of ${maxMessageBytes}`,
    );
  }
}
