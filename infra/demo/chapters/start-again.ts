import { monitorKernelWrites } from "@rhumbline/infra/lab";
import type { Narrator } from "../narrator.ts";
import { until } from "../witness.ts";
import type { World } from "../world.ts";
import { type BeforeKill, eventsOf } from "./kill-everything.ts";

/** Everything back: the same state, no write to the kernel, no event lost, no packet lost. */
export async function startAgain(world: World, { ping, events: before }: BeforeKill, tell: Narrator): Promise<void> {
  const { node, stack } = world;
  tell.part("Start everything again");
  const monitor = await tell.step("watch the kernel with ip monitor and nft monitor", () => monitorKernelWrites(node));
  const began = performance.now();
  await tell.step("start the processes", () => stack.start());
  await tell.step("wait until they serve and the node is alive", () => stack.ready(1));
  tell.figure("start of everything to ready", `${Math.round(performance.now() - began)} ms`);
  await until("the agent has reported its start", async () =>
    (await eventsOf(world)).slice(before.length).some((line) => line.includes("NodeStarted")),
  );

  const verify = await stack.rhumb("verify");
  tell.shown("rhumb verify", verify.stdout || verify.stderr);
  tell.proved("every service's state equals a fold of the log from zero", verify.code === 0);
  await proveNothingLost(world, before, tell);
  const writes = await monitor.stop();
  tell.figure("kernel writes at the restart", `${writes.length}`);
  tell.proved("the agent wrote nothing to the kernel", writes.length === 0, writes.map(({ text }) => text).join("; "));
  const { sent, received, lost, longestGapMs } = await ping.stop();
  tell.figure(
    "pings, nothing running and coming back",
    `${sent} sent, ${received} answered, longest gap ${longestGapMs} ms`,
  );
  tell.proved(`not one of ${sent} packets was lost`, lost.length === 0 && sent > 0, `lost: ${lost.join(", ")}`);
}

async function proveNothingLost(world: World, before: readonly string[], tell: Narrator): Promise<void> {
  const now = await eventsOf(world);
  tell.proved(
    `no event lost: the log begins with the ${before.length} events of before, and has ${now.length} now`,
    before.every((line, i) => now[i] === line),
  );
  const positions = (jsonLines: string, field: string): string =>
    jsonLines
      .trimEnd()
      .split("\n")
      .map((line) => Number((JSON.parse(line) as Record<string, unknown>)[field]))
      .join();
  const inLog = async (): Promise<string> =>
    positions((await world.stack.rhumb("events", "--since", "start", "-o", "json")).stdout, "position");
  const onBus = async (): Promise<string> =>
    positions((await world.stack.rhumb("events", "--nats", "--since", "start", "-o", "json")).stdout, "sequence");
  await until(
    "the bus has every event of the log, each once and in the log's order",
    async () => (await inLog()) === (await onBus()),
  );
  tell.proved("the bus has every event of the log, each once and in the log's order", true);
}
