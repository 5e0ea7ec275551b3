/** One event with a count instead of one event a minute: somebody who flushes a chain in a loop must not fill the log. */
export class RepeatedDrift {
  readonly #windowMs: number;
  #last: { readonly what: string; readonly reportedMs: number } | undefined;
  #unreported = 0;

  constructor(windowMs = 60_000) {
    this.#windowMs = windowMs;
  }

  /** Notes a repair of drift.
   *  @returns how many equal ones the report of it stands for; 0: it is counted, and needs no report of its own. */
  note(what: string, nowMs: number): number {
    const last = this.#last;
    this.#unreported += 1;
    if (last?.what === what && nowMs - last.reportedMs < this.#windowMs) return 0;
    const count = last?.what === what ? this.#unreported : 1;
    this.#last = { what, reportedMs: nowMs };
    this.#unreported = 0;
    return count;
  }
}
