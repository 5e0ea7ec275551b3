import type { PacedWake } from "./paced-wake.ts";

interface Pauses {
  /** Nobody asked for so long: then it wakes. */
  readonly quietMs: number;
  /** So long after the first that asked it wakes all the same. */
  readonly latestMs: number;
}

/** Wakes once for all that asked, when no more do: what it wakes would keep them waiting. */
export function settledWake(wake: () => void, now: () => number, { quietMs, latestMs }: Pauses): PacedWake {
  let timer: NodeJS.Timeout | undefined;
  let firstMs: number | undefined;
  return {
    wake: () => {
      firstMs ??= now();
      clearTimeout(timer);
      timer = setTimeout(
        () => {
          firstMs = undefined;
          wake();
        },
        Math.max(0, Math.min(quietMs, firstMs + latestMs - now())),
      );
    },
    stop: () => clearTimeout(timer),
  };
}
