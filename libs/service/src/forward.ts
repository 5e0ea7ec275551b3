import { status as Code, Metadata } from "@grpc/grpc-js";
import { NoWriter, type Replica, WriteOutcomeUnknown } from "@rhumbline/event-sourcing";
import { type Call, type Channel, failureOf, metadataKeys, openChannel } from "@rhumbline/grpc";

/** Passes a command on to the replica that may write, and its answer back.
 *  @throws {NoWriter} nobody was reached; nothing was done.
 *  @throws {WriteOutcomeUnknown} the writer was lost, or the caller's time was over, before the answer came. */
export type Forward = <Req, Res>(request: Req, call: Call) => Promise<Res>;

export function createForward(service: string, replica: Pick<Replica, "writerAddress">): Forward {
  const toWriter = latestChannel();
  return async (request, call) => {
    const address = replica.writerAddress();
    if (address === undefined) throw new NoWriter(service, "none has taken over yet; try again in a second");
    if (call.forwarded)
      throw new NoWriter(service, `the one asked is not the writer any more; by the log it is ${address}`);
    const metadata = new Metadata();
    metadata.set(metadataKeys.forwarded, "1");
    const { signal, traceparent, correlationId, caller } = call;
    try {
      const options = { signal, traceparent, correlationId, caller, metadata };
      return await toWriter(address).unary(call.definition, request as never, options);
    } catch (error) {
      throw endOfForward(error, { service, address, call });
    }
  };
}

/** One channel, to the writer asked last. Calls under way on the one before it go on to their end. */
function latestChannel(): (address: string) => Channel {
  let channel: Channel | undefined;
  return (address) => {
    if (channel?.address === address) return channel;
    channel?.close();
    channel = openChannel(address);
    return channel;
  };
}

/** What grpc-js says when a call never got a connection to be sent on. */
const neverSent = /No connection established|Name resolution failed|Channel closed before call started/;

/** What the writer itself refused goes on as it is; what came of losing it does not tell the caller what was done. */
function endOfForward(error: unknown, at: { service: string; address: string; call: Call }): unknown {
  const { service, address, call } = at;
  const failure = failureOf(error);
  if (failure === undefined || failure.reason !== undefined) return error;
  if (call.signal.aborted) return new WriteOutcomeUnknown(call.method, "the call ended", { cause: error });
  if (failure.code !== Code.UNAVAILABLE && failure.code !== Code.DEADLINE_EXCEEDED) return error;
  if (neverSent.test(failure.message)) return new NoWriter(service, `the writer at ${address} can't be reached`);
  return new WriteOutcomeUnknown(call.method, `the writer at ${address} was lost`, { cause: error });
}
