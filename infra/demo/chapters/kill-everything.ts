import { type RunningPing, startPing } from "@rhumbline/infra/lab";
import type { Narrator } from "../narrator.ts";
import type { World } from "../world.ts";

export interface BeforeKill {
  readonly ping: RunningPing;
  /** The log before the kill. */
  readonly events: readonly string[];
}

const spacingMs = 20;
const quietMs = 3_000;

/** kill -9 of everything that is ours, and of NATS, under a running ping. */
export async function killEverything(world: World, tell: Narrator): Promise<BeforeKill> {
  const { stack, outside, floatingIp } = world;
  tell.part("kill -9 of every service, the log, NATS and the agent, with a ping every 20 ms running");
  const events = await eventsOf(world);
  const ping = await startPing(outside, floatingIp.address, spacingMs);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  await tell.step("kill -9", () => stack.kill());
  const alive = stack.programs.filter(({ name }) => stack.process(name) !== undefined);
  tell.proved(`${stack.programs.length} processes are gone`, alive.length === 0);
  await tell.step("let it run without them", () => new Promise((resolve) => setTimeout(resolve, quietMs)));
  return { ping, events };
}

/** Every event as the log itself has it, a line each. */
export async function eventsOf({ stack }: World): Promise<string[]> {
  const { stdout, code, stderr } = await stack.rhumb("events", "--since", "start");
  if (code !== 0) throw new Error(`rhumb events ended with ${code}: ${stderr.trim()}`);
  return stdout.trimEnd().split("\n");
}
