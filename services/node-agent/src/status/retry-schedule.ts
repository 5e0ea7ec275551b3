export interface FailedResource {
  readonly error: string;
  /** Times it failed in a row. */
  readonly failures: number;
  /** When it is tried again; ms since the Unix epoch. */
  readonly nextRetryMs: number;
}

const firstDelayMs = 1000;
const longestDelayMs = 60_000;

/** The kernel was changed between the look and the plan that it led to: by somebody else, or by a program that outlived the
 *  agent that started it. A second look most often is all that is needed. */
const outdatedLook =
  /File exists|No such|Cannot find device|Cannot open network namespace|does not exist|Bad rule|insertion too big|No chain/;

/** What failed, and when it is tried again: after 1 s, then 2 s, up to a minute; each a random half shorter at most, so that
 *  the failures of one moment don't come back as one crowd. */
export class RetrySchedule {
  readonly #failed = new Map<string, FailedResource>();
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** By desired key. */
  get failed(): ReadonlyMap<string, FailedResource> {
    return this.#failed;
  }

  /** Takes over how every resource stands now: what is not named stands as desired. */
  update(errors: ReadonlyMap<string, string>, nowMs: number): void {
    for (const key of this.#failed.keys()) if (!errors.has(key)) this.#failed.delete(key);
    for (const [key, error] of errors) this.#fail(key, error, nowMs);
  }

  /** How long until something is due; undefined where nothing failed. */
  delayMs(nowMs: number): number | undefined {
    if (this.#failed.size === 0) return undefined;
    const due = Math.min(...[...this.#failed.values()].map(({ nextRetryMs }) => nextRetryMs));
    return Math.max(0, due - nowMs);
  }

  /** @param error in the kernel's words. */
  #fail(key: string, error: string, nowMs: number): void {
    const before = this.#failed.get(key);
    // Tried early, for another resource's sake: that is no reason to wait longer.
    if (before !== undefined && before.error === error && nowMs < before.nextRetryMs) return;
    const failures = (before?.failures ?? 0) + 1;
    const again = failures === 1 && outdatedLook.test(error);
    const delay = again ? 0 : Math.min(longestDelayMs, firstDelayMs * 2 ** (failures - 1));
    this.#failed.set(key, { error, failures, nextRetryMs: nowMs + Math.round(delay * (1 - this.#random() / 2)) });
  }
}
