import type { Logger } from "@rhumbline/telemetry";

/** Does what is left to do of a command that is done by the log: taking back what was reserved. Where that fails the
 *  caller's command has still succeeded, and the sweep finishes it. */
export async function finishing(log: Logger, left: Record<string, string>, act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (error) {
    log.warn({ err: error, ...left }, "could not take back what is not needed any more; the sweep will");
  }
}
