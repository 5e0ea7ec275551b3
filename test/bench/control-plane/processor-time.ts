import { readFileSync } from "node:fs";

/** In which the kernel counts processor time towards programs (USER_HZ). */
const tickMs = 10;

/** Milliseconds of processor time that processes have had since their start. */
export const processorMs = (pids: readonly number[]): number =>
  pids.reduce((total, pid) => total + processorMsOf(pid), 0);

function processorMsOf(pid: number): number {
  // The program's name may hold anything; what follows it are numbers (proc(5)).
  const [, fields = ""] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ");
  const [userTicks = 0, systemTicks = 0] = fields.split(" ").slice(11, 13).map(Number);
  return (userTicks + systemTicks) * tickMs;
}
