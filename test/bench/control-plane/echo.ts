import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { type MethodDefinition, openChannel } from "@rhumbline/grpc";
import { inFlight } from "../../support/simulated-nodes/large-world.ts";
import { elapsedMs } from "../row.ts";

const bytes = (size: number): Buffer => Buffer.alloc(size, "x");

/** A call that carries bytes and does nothing. */
export const echo: MethodDefinition<Buffer, Buffer> = {
  path: "/bench.Echo/Echo",
  requestStream: false,
  responseStream: false,
  requestSerialize: (value) => value,
  requestDeserialize: (value) => value,
  responseSerialize: (value) => value,
  responseDeserialize: (value) => value,
};

/** How many gRPC calls a second two processes exchange of which nothing is asked: what carrying the messages costs at the
 *  least.
 *  @param atOnce calls under way. */
export async function echoRate(
  atOnce: number,
  { sent, answered }: { sent: number; answered: number },
): Promise<number> {
  const server = fork(join(import.meta.dirname, "echo-server.ts"), [String(answered)], {
    execArgv: ["--import", "tsx"],
    stdio: "inherit",
  });
  try {
    const [address] = await once(server, "message");
    const channel = openChannel(String(address));
    const calls = (count: number) => inFlight(atOnce, count, () => channel.unary(echo, bytes(sent)));
    await calls(1_000);
    const measured = 3_000;
    const rate = perSecond(measured, await elapsedMs(() => calls(measured)));
    channel.close();
    return rate;
  } finally {
    server.kill();
  }
}

export const perSecond = (count: number, ms: number): number => (count * 1_000) / ms;
