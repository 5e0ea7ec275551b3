import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

/** A tick of the kernel's clock of processes, of which there are 100 in a second (proc(5), sysconf(_SC_CLK_TCK)). */
const msPerTick = 10;

/** Processor time that a process and the programs that it started and that ended took so far. */
export function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  // utime, stime, cutime and cstime, counted from behind the name.
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks) * msPerTick, 0);
}

const windowMs = 5_000;
const mostWindows = 12;

/** Waits until a process takes no less processor time from one while to the next, a minute at most: what was made is followed by
 *  announcements, carriers that come up and looks at all that. */
export async function untilAtRest(pid: number): Promise<void> {
  let lastMs = Number.POSITIVE_INFINITY;
  for (let window = 0; window < mostWindows; window += 1) {
    const before = cpuMs(pid);
    await pause(windowMs);
    const spentMs = cpuMs(pid) - before;
    if (spentMs >= lastMs * 0.9) return;
    lastMs = spentMs;
  }
}

/** What of its memory is in use, shared pages by their share. */
export function memoryMb(pid: number): number {
  const kilobytes = /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1];
  return Number(kilobytes ?? 0) / 1024;
}
