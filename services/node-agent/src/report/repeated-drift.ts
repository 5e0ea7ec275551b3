import type { ExecutedOperation } from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";

/** The same drift, repaired so many times without a report of it. */
export interface UntoldRepeats {
  readonly operations: readonly ExecutedOperation[];
  readonly count: number;
}

interface ReportedDrift {
  readonly reportedMs: number;
  readonly operations: readonly ExecutedOperation[];
  untold: number;
}

/** One event with a count instead of four a second: somebody who flushes a chain in a loop must not fill the log. */
export class RepeatedDrift {
  readonly #windowMs: number;
  readonly #later: (ms: number) => void;
  /** By what their operations printed and changed. */
  readonly #reported = new Map<string, ReportedDrift>();

  /** @param later asked to look for `untold` after so many ms. */
  constructor(later: (ms: number) => void, windowMs = 60_000) {
    this.#later = later;
    this.#windowMs = windowMs;
  }

  /** Notes a repair of drift.
   *  @returns whether it is to be reported; otherwise it is counted, and told of later. */
  note(operations: readonly ExecutedOperation[], nowMs: number): boolean {
    const what = JSON.stringify(operations.map(({ text, changes }) => [text, changes]));
    const reported = this.#reported.get(what);
    if (reported === undefined) {
      this.#reported.set(what, { reportedMs: nowMs, operations, untold: 0 });
      return true;
    }
    if (reported.untold === 0) this.#later(Math.max(0, reported.reportedMs + this.#windowMs - nowMs));
    reported.untold += 1;
    return false;
  }

  /** Repeats to be reported now, whether they go on or have stopped. Drift that did not come back is forgotten. */
  untold(nowMs: number): UntoldRepeats[] {
    const due = [...this.#reported].filter(([, { reportedMs }]) => nowMs - reportedMs >= this.#windowMs);
    return due.flatMap(([what, { operations, untold }]) => {
      if (untold === 0) this.#reported.delete(what);
      else this.#reported.set(what, { reportedMs: nowMs, operations, untold: 0 });
      return untold === 0 ? [] : [{ operations, count: untold }];
    });
  }
}
