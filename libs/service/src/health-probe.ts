import { openChannel } from "@rhumbline/grpc";

/** grpc.health.v1.Health/Check of the whole server, by hand: an empty request, and field 1 = 1 for SERVING. */
const check = {
  path: "/grpc.health.v1.Health/Check",
  requestStream: false,
  responseStream: false,
  requestSerialize: () => Buffer.alloc(0),
  requestDeserialize: () => undefined,
  responseSerialize: () => Buffer.alloc(0),
  responseDeserialize: (bytes: Buffer) => bytes[0] === 0x08 && bytes[1] === 1,
};

/** Whether a gRPC server answers that it serves. */
export async function probeHealth(address: string, timeoutMs = 1_000): Promise<boolean> {
  const channel = openChannel(address);
  try {
    return await channel.unary(check, undefined, { timeoutMs });
  } catch {
    // Not reached, or not serving: what it was does not matter to whoever asks.
    return false;
  } finally {
    channel.close();
  }
}
