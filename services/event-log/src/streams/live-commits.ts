import type { EventLog } from "../store/event-log.ts";
import type { LogRecord } from "../store/record.ts";

/** Bytes that may wait for one subscription. More is read from the file, as its caller takes it. */
const maxGathered = 1 << 20;

/** Hands each commit to a subscription in the turn in which it is made: what it costs the log to tell one is for every commit
 *  and every subscription.
 *  @param intervalMs after a commit that was handed over, those of so long are handed over together when it has passed. 0: each
 *    at once.
 *  @param take false: it does not take these, or no further ones for now.
 *  @returns resolves then, and when the caller is gone. What is committed from there on has to be read.
 *  @throws what `take` threw: that is between it and its caller, and nothing to whoever wrote. */
export function liveCommits(
  log: EventLog,
  { gone, intervalMs }: { readonly gone: AbortSignal; readonly intervalMs: number },
  take: (records: readonly LogRecord[]) => boolean,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let wait: NodeJS.Timeout | undefined;
    let gathered: LogRecord[] = [];
    let bytes = 0;
    const end = (): void => {
      stop();
      clearTimeout(wait);
      gone.removeEventListener("abort", end);
      resolve();
    };
    const hand = (records: readonly LogRecord[]): void => {
      try {
        if (!take(records)) end();
        else if (intervalMs > 0) wait = setTimeout(endWait, intervalMs).unref();
      } catch (cause) {
        reject(cause);
        end();
      }
    };
    const endWait = (): void => {
      wait = undefined;
      const records = gathered;
      gathered = [];
      bytes = 0;
      if (records.length > 0) hand(records);
    };
    const gather = (records: readonly LogRecord[]): void => {
      for (const record of records) {
        gathered.push(record);
        bytes += record.size;
      }
      // None were written: the file was replaced.
      if (records.length === 0 || bytes > maxGathered) end();
    };
    const stop = log.onCommit((records) => (wait === undefined ? hand(records) : gather(records)));
    gone.addEventListener("abort", end);
    if (gone.aborted) end();
  });
}
