/** Something to wait on that others ring: a ring while nobody waits is kept for who waits next. */
export interface Bell {
  ring(): void;
  /** Settles at the next ring, or after the time: then nobody rang. */
  wait(timeoutMs: number): Promise<"rung" | "not rung">;
}

export function createBell(): Bell {
  let rung = false;
  let wake: (() => void) | undefined;
  return {
    ring() {
      rung = true;
      wake?.();
    },
    async wait(timeoutMs) {
      if (!rung) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, timeoutMs);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
        wake = undefined;
      }
      const how = rung ? "rung" : "not rung";
      rung = false;
      return how;
    },
  };
}
