import { setTimeout as pause } from "node:timers/promises";

/** Resolves after the time, or at once when the signal aborts. Never rejects. */
export async function wait(ms: number, signal: AbortSignal): Promise<void> {
  // The signal is the caller's own: it knows why, and looks at it next.
  await pause(ms, undefined, { signal }).catch(() => undefined);
}
