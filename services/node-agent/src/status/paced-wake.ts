export interface PacedWake {
  wake(): void;
  stop(): void;
}

/** Changes come in flocks: a look waits until one has probably passed. */
const settleMs = 50;
/** Somebody who changes the kernel all the time must not keep this node looking all the time. */
const apartMs = 250;

/** Wakes soon after it is asked to, once for all that asked, and at most four times a second. */
export function pacedWake(wake: () => void, now: () => number): PacedWake {
  let timer: NodeJS.Timeout | undefined;
  let lastMs = Number.NEGATIVE_INFINITY;
  return {
    wake: () => {
      timer ??= setTimeout(
        () => {
          timer = undefined;
          lastMs = now();
          wake();
        },
        Math.max(settleMs, lastMs + apartMs - now()),
      );
    },
    stop: () => clearTimeout(timer),
  };
}
