import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

const lookEveryMs = 200;
/** In a row: between two namespaces the worker is at nothing for a moment. */
const looks = 3;
const mostMs = 180_000;

/** Waits until the kernel has dismantled the namespaces of labs that were taken down before: it does that behind their last
 *  process, takes up to a minute for a thousand, and keeps everybody from changing devices meanwhile.
 *  @throws Error when it takes longer than three minutes. */
export async function kernelAtRest(): Promise<void> {
  const untilMs = performance.now() + mostMs;
  for (let quiet = 0; quiet < looks; quiet += 1) {
    if (isDismantling()) quiet = 0;
    if (performance.now() > untilMs) throw new Error("the kernel is still dismantling namespaces, after three minutes");
    await pause(lookEveryMs);
  }
}

/** A worker of the kernel is called by what it is at (wq_worker_comm of kernel/workqueue.c). */
const isDismantling = (): boolean => readdirSync("/proc").some((pid) => commandOf(pid).endsWith("+netns"));

/** Empty: it is no process, or gone. */
function commandOf(pid: string): string {
  if (!/^\d+$/.test(pid)) return "";
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8").trimEnd();
  } catch {
    return "";
  }
}
