import { setTimeout as pause } from "node:timers/promises";
import { patience } from "@rhumbline/infra/lab";

const deadlineMs = 60_000 * patience;

/** Repeats the check until it no longer throws, and rethrows its last error at the deadline. */
export async function eventually(check: () => void | Promise<void>): Promise<void> {
  const deadline = Date.now() + deadlineMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await pause(50);
  }
}
