import type { AppendEvents, Change, Outcome, TogetherOutcome } from "./change.ts";
import { decide, decideTogether, type LogView, type PlacedEvent, type Taken } from "./decide.ts";
import { eventFrame } from "./event-frame.ts";
import { joined } from "./joined.ts";
import type { RecentIds } from "./recent-ids.ts";
import { encodeRecord, type LogRecord } from "./record.ts";
import type { StreamIndex } from "./stream-index.ts";
import { describedStream, parseLimits } from "./stream-limits.ts";

/**
 * Changes that reach the disk with one write and one sync. Each is decided on the log as the ones before it leave it,
 * so the index runs ahead of the file until the write is through; `rollBack` is for when it fails.
 */
export class CommitBatch {
  readonly #index: StreamIndex;
  readonly #recentIds: RecentIds;
  readonly #view: LogView;
  readonly #start: number;
  readonly #encoded: Buffer[] = [];
  readonly #records: LogRecord[] = [];
  readonly #undo: (() => void)[] = [];
  #bytes = 0;

  constructor(start: number, index: StreamIndex, recentIds: RecentIds, view: LogView) {
    this.#start = start;
    this.#index = index;
    this.#recentIds = recentIds;
    this.#view = view;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Position of its last record. */
  get lastPosition(): number {
    return this.#start + this.#bytes - (this.#records.at(-1)?.size ?? 0);
  }

  /** In the log's order. */
  get records(): readonly LogRecord[] {
    return this.#records;
  }

  /** The records as they are written. */
  content(): Buffer {
    return joined(this.#encoded);
  }

  /** Takes a change into the batch. The outcome holds once the batch is on the disk. */
  add(change: Change, createdMs: number): Outcome {
    const decision = decide(change, this.#view);
    if (decision.kind !== "write" && decision.kind !== "repeat") return decision;
    this.#writeAll([decision], createdMs);
    const { revision } = decision;
    const position = change.kind === "append" ? this.#positionOf(change.stream, revision) : this.lastPosition;
    return { kind: "written", revision, position };
  }

  /** As `add`, for appends to different streams, of which all are taken or none. */
  addTogether(appends: readonly AppendEvents[], createdMs: number): TogetherOutcome {
    const decision = decideTogether(appends, this.#view);
    if (decision.kind === "one-refused") return decision;
    const { taken } = decision;
    this.#writeAll(taken, createdMs);
    const positions = appends.map(({ stream }, i) => this.#positionOf(stream, taken[i]?.revision ?? -1));
    return { kind: "written", revision: taken.at(-1)?.revision ?? -1, position: Math.max(0, ...positions) };
  }

  rollBack(): void {
    for (const undo of this.#undo.reverse()) undo();
  }

  /** As one append, which a crash leaves whole or not at all. */
  #writeAll(taken: readonly Taken[], createdMs: number): void {
    const events = taken.flatMap((one) => (one.kind === "write" ? one.events : []));
    for (const [i, placed] of events.entries()) this.#write(placed, createdMs, i === events.length - 1);
  }

  #positionOf(stream: string, revision: number): number {
    return this.#view.stream(stream)?.positions[revision] ?? 0;
  }

  #write({ stream, revision, event }: PlacedEvent, createdMs: number, endsAppend: boolean): void {
    const position = this.#start + this.#bytes;
    const frame = eventFrame({ stream, revision, position, createdMs }, event);
    const { id, type } = event;
    const encoded = encodeRecord({ position, endsAppend, id, revision, stream, type, frame });
    const size = encoded.length;
    this.#encoded.push(encoded);
    this.#records.push({ position, size, endsAppend, id, revision, stream, type, frame });
    this.#bytes += size;
    this.#undo.push(this.#index.add(stream, revision, position));
    this.#recentIds.add(event.id, { stream, revision });
    this.#undo.push(() => this.#recentIds.remove(event.id));
    const described = describedStream(stream);
    if (described !== undefined) this.#undo.push(this.#index.limit(described, parseLimits(event.data)));
  }
}
