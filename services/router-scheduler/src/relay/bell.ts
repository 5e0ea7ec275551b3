/** Something to wait on that others ring: a ring while nobody waits is kept for who waits next. */
export interface Bell {
  ring(): void;
  /** Settles at the next ring, or after the time: then nobody rang. One waits at a time. */
  wait(timeoutMs: number): Promise<"rung" | "not rung">;
}

/** Most waits end with a ring, and the next one begins at once: one timer serves them all, and when it is over sees how much is
 *  left of the wait that there is then. */
export function createBell(): Bell {
  let rung = false;
  let wake: (() => void) | undefined;
  let deadline = 0;
  let timer: { readonly endsAt: number; readonly timeout: NodeJS.Timeout } | undefined;

  const setTimer = (): void => {
    if (timer !== undefined && timer.endsAt <= deadline) return;
    clearTimeout(timer?.timeout);
    timer = { endsAt: deadline, timeout: setTimeout(timeIsUp, deadline - performance.now()).unref() };
  };
  const timeIsUp = (): void => {
    timer = undefined;
    if (wake === undefined) return;
    if (performance.now() < deadline) setTimer();
    else wake();
  };
  return {
    ring() {
      rung = true;
      wake?.();
    },
    async wait(timeoutMs) {
      if (!rung) {
        deadline = performance.now() + timeoutMs;
        await new Promise<void>((resolve) => {
          wake = resolve;
          setTimer();
        });
        wake = undefined;
      }
      const how = rung ? "rung" : "not rung";
      rung = false;
      return how;
    },
  };
}
