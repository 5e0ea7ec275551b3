import type { LogRecord } from "./record.ts";

/** The end of the log's file in memory, write by write: whoever follows the log and does not hear of each commit at once wants
 *  just that. */
export class RecentRecords {
  readonly #maxBytes: number;
  #writes: (readonly LogRecord[])[] = [];
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** One write, which begins where the one before it ended. */
  add(write: readonly LogRecord[]): void {
    this.#writes.push(write);
    this.#bytes += bytesOf(write);
    while (this.#bytes > this.#maxBytes) this.#bytes -= bytesOf(this.#writes.shift() ?? []);
  }

  /** From the record that stands there to the last of the write that it is of. Undefined: they have to be read. */
  from(position: number): readonly LogRecord[] | undefined {
    const write = this.#writes.findLast(([first]) => first !== undefined && first.position <= position);
    const first = write?.findIndex((record) => record.position >= position) ?? -1;
    return first < 0 ? undefined : write?.slice(first);
  }
}

const bytesOf = (write: readonly LogRecord[]): number => write.reduce((sum, { size }) => sum + size, 0);
