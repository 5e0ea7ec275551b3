export interface PacedWake {
  wake(): void;
  stop(): void;
}

/** Changes come in flocks: after a look the next waits until the rest of one has probably come. */
const settleMs = 50;
/** Somebody who changes the kernel all the time must not keep this node looking all the time. */
const mostAtOnce = 4;
const withinMs = 1_000;

/** Wakes at once, or soon after it woke last, and at most four times a second; once for all that asked meanwhile. */
export function pacedWake(wake: () => void, now: () => number): PacedWake {
  let timer: NodeJS.Timeout | undefined;
  /** The last few, the oldest first. */
  let wokenMs: readonly number[] = [];
  const earliestMs = (): number => {
    const last = wokenMs.at(-1);
    const [oldest] = wokenMs;
    const crowded = wokenMs.length >= mostAtOnce && oldest !== undefined ? oldest + withinMs : 0;
    return Math.max(crowded, last === undefined ? 0 : last + settleMs);
  };
  return {
    wake: () => {
      timer ??= setTimeout(
        () => {
          timer = undefined;
          wokenMs = [...wokenMs, now()].slice(-mostAtOnce);
          wake();
        },
        Math.max(0, earliestMs() - now()),
      );
    },
    stop: () => clearTimeout(timer),
  };
}
