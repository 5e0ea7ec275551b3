import type { EventLog } from "../store/event-log.ts";
import type { LogRecord } from "../store/record.ts";

/** Hands each commit to a subscription in the turn in which it is made: what it costs the log to tell one is for every commit
 *  and every subscription.
 *  @param take false: it does not take this one, or no further one for now.
 *  @returns resolves then, and when the caller is gone. What is committed from there on has to be read.
 *  @throws what `take` threw: that is between it and its caller, and nothing to whoever wrote. */
export function liveCommits(
  log: EventLog,
  gone: AbortSignal,
  take: (records: readonly LogRecord[]) => boolean,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      stop();
      gone.removeEventListener("abort", end);
      resolve();
    };
    const stop = log.onCommit((records) => {
      try {
        if (!take(records)) end();
      } catch (cause) {
        reject(cause);
        end();
      }
    });
    gone.addEventListener("abort", end);
    if (gone.aborted) end();
  });
}
