interface Written {
  readonly start: number;
  readonly bytes: Buffer;
}

/** The end of the log's file in memory, write by write: whoever follows the log wants just that, and there are as many
 *  readers as services. */
export class RecentBytes {
  readonly #maxBytes: number;
  #writes: Written[] = [];
  #size = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Each write begins where the one before it ended. The bytes must not change any more. */
  add(start: number, bytes: Buffer): void {
    this.#writes.push({ start, bytes });
    this.#size += bytes.length;
    while (this.#size > this.#maxBytes) this.#size -= this.#writes.shift()?.bytes.length ?? 0;
  }

  /** What stands from there to the end of the write that it is of. Undefined: it is not in memory. */
  from(position: number): Buffer | undefined {
    const found = this.#writes.findLast(({ start }) => start <= position);
    const offset = position - (found?.start ?? 0);
    return found !== undefined && offset < found.bytes.length ? found.bytes.subarray(offset) : undefined;
  }
}
