import { noLimits, type StreamLimits } from "./stream-limits.ts";

export interface IndexedStream {
  /** Position by revision. */
  readonly positions: readonly number[];
  readonly tombstoned: boolean;
  readonly limits: StreamLimits;
}

interface Entry {
  positions: number[];
  tombstoned: boolean;
  limits: StreamLimits;
}

/** The revision of the event that marks a stream as deleted for ever: KurrentDB's 2^63 - 1, as near as a double comes. */
export const tombstoneRevision = 2 ** 63;

/**
 * Where the events of each stream stand. It is rebuilt from the file at start and holds about ten bytes an event.
 * While a batch is written it is ahead of the file's end by that batch.
 */
export class StreamIndex {
  readonly #entryByStream = new Map<string, Entry>();
  #events = 0;

  get events(): number {
    return this.#events;
  }

  get(stream: string): IndexedStream | undefined {
    return this.#entryByStream.get(stream);
  }

  /** Returns what takes it out again, for an event whose write failed. Undo in the reverse order. */
  add(stream: string, revision: number, position: number): () => void {
    const entry = this.#entry(stream);
    this.#events += 1;
    if (revision === tombstoneRevision) {
      entry.tombstoned = true;
      return () => {
        entry.tombstoned = false;
        this.#events -= 1;
      };
    }
    // Most streams have few events, and a list that was empty gets room for seventeen when one is put into it.
    if (entry.positions.length === 0) entry.positions = [position];
    else entry.positions.push(position);
    return () => {
      entry.positions.pop();
      this.#events -= 1;
    };
  }

  limit(stream: string, limits: StreamLimits): () => void {
    const entry = this.#entry(stream);
    const before = entry.limits;
    entry.limits = limits;
    return () => {
      entry.limits = before;
    };
  }

  #entry(stream: string): Entry {
    const known = this.#entryByStream.get(stream);
    if (known !== undefined) return known;
    const created: Entry = { positions: [], tombstoned: false, limits: noLimits };
    this.#entryByStream.set(stream, created);
    return created;
  }
}
