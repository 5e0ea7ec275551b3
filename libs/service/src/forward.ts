import { Metadata } from "@grpc/grpc-js";
import { NoWriter, type Replica } from "@rhumbline/event-sourcing";
import { type Call, type Channel, metadataKeys, openChannel } from "@rhumbline/grpc";

/** Passes a command on to the replica that may write, and its answer back. */
export type Forward = <Req, Res>(request: Req, call: Call) => Promise<Res>;

export function createForward(service: string, replica: Pick<Replica, "writerAddress">): Forward {
  const channels = new Map<string, Channel>();
  return async (request, call) => {
    const address = replica.writerAddress();
    if (address === undefined) throw new NoWriter(service, "none has taken over yet; try again in a second");
    if (call.forwarded)
      throw new NoWriter(service, `the one asked is not the writer any more; by the log it is ${address}`);
    let channel = channels.get(address);
    if (channel === undefined) {
      channel = openChannel(address);
      channels.set(address, channel);
    }
    const metadata = new Metadata();
    metadata.set(metadataKeys.forwarded, "1");
    const { signal, traceparent, correlationId } = call;
    return channel.unary(call.definition, request as never, { signal, traceparent, correlationId, metadata });
  };
}
