import { setTimeout as sleep } from "node:timers/promises";
import type { Operation } from "../../plan/operation.ts";
import type { BatchResult } from "../kernel.ts";
import { runIpBatch } from "./ip-batch.ts";
import type { Programs } from "./programs.ts";

/** The kernel takes a namespace apart behind our back; its host ends keep their names until then. */
const deadlineMs = 10_000;
const pollMs = 20;

/** Done when the host ends are gone, so that a next router can have their names. */
export async function runNamespaceDrops(programs: Programs, batch: readonly Operation[]): Promise<BatchResult> {
  const result = await runIpBatch(programs, "", batch);
  for (const [at, operation] of batch.slice(0, result.done).entries()) {
    if (operation.kind !== "drop-namespace") continue;
    const left = await hostEndsLeft(programs, operation.hostEnds);
    if (left.length > 0) return { done: at, error: `${left.join(" ")} still there: something holds the namespace` };
  }
  return result;
}

async function hostEndsLeft(programs: Programs, hostEnds: readonly string[]): Promise<string[]> {
  for (let waitedMs = 0; ; waitedMs += pollMs) {
    const { stdout } = await programs.run(["cat", "/proc/net/dev"], "");
    const devices = new Set([...stdout.matchAll(/^\s*([^:\s]+):/gm)].map(([, name]) => name));
    const left = hostEnds.filter((device) => devices.has(device));
    if (left.length === 0 || waitedMs >= deadlineMs) return left;
    await sleep(pollMs);
  }
}
