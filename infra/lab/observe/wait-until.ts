import { setTimeout as sleep } from "node:timers/promises";
import { patience } from "../patience.ts";

/** Looks every few milliseconds whether something is so yet.
 *  @throws Error that names it when it is not by the deadline. */
export async function waitUntil(what: string, isSo: () => boolean, deadlineMs = 10_000 * patience): Promise<void> {
  if (!(await becomesTrue(isSo, deadlineMs))) throw new Error(`after ${deadlineMs} ms still not so: ${what}`);
}

/** Whether it is so by the deadline. */
export async function becomesTrue(isSo: () => boolean, deadlineMs: number): Promise<boolean> {
  const end = Date.now() + deadlineMs;
  while (!isSo()) {
    if (Date.now() > end) return false;
    await sleep(5);
  }
  return true;
}
