import { type LogRecord, wholeRecords } from "./record.ts";

interface Written {
  readonly start: number;
  readonly bytes: Buffer;
}

/** The end of the log's file in memory, write by write: whoever follows the log wants just that, and there are as many
 *  readers as services. They come one right after the other, so that a write is decoded once for all of them. */
export class RecentRecords {
  readonly #maxBytes: number;
  #writes: Written[] = [];
  #size = 0;
  #lastAsked: { readonly write: Written; readonly records: readonly LogRecord[] } | undefined;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Each write begins where the one before it ended. The bytes must not change any more. */
  add(start: number, bytes: Buffer): void {
    this.#writes.push({ start, bytes });
    this.#size += bytes.length;
    while (this.#size > this.#maxBytes) this.#size -= this.#writes.shift()?.bytes.length ?? 0;
  }

  /** From the record that stands there to the last of the write that it is of. Undefined: they have to be read. */
  from(position: number): readonly LogRecord[] | undefined {
    const write = this.#writes.findLast(({ start }) => start <= position);
    if (write === undefined) return undefined;
    if (this.#lastAsked?.write !== write) {
      this.#lastAsked = { write, records: wholeRecords(write.bytes, write.start).records };
    }
    const { records } = this.#lastAsked;
    const first = records.findIndex((record) => record.position >= position);
    if (first < 0) return undefined;
    return first === 0 ? records : records.slice(first);
  }
}
