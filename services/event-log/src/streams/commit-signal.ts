import type { EventLog } from "../store/event-log.ts";

/** Tells a subscription that there is more to read. */
export interface CommitSignal {
  /** Resolves at the first commit since the last call, at once where there was one, and when the caller is gone. */
  next(): Promise<void>;
}

export function commitSignal(log: EventLog, gone: AbortSignal): CommitSignal {
  let missed = false;
  let wake: (() => void) | undefined;
  const signal = () => {
    missed = true;
    wake?.();
  };
  const unsubscribe = log.onCommit(signal);
  gone.addEventListener("abort", () => {
    unsubscribe();
    signal();
  });
  return {
    async next() {
      if (!missed && !gone.aborted) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      missed = false;
    },
  };
}
