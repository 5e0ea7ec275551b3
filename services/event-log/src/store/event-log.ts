import type { AppendEvents, Change, Outcome, TogetherOutcome } from "./change.ts";
import { CommitBatch } from "./commit-batch.ts";
import type { LogView } from "./decide.ts";
import { LogNotWritable } from "./errors.ts";
import { eventBody } from "./event-frame.ts";
import { LogFile } from "./log-file.ts";
import { RecentIds } from "./recent-ids.ts";
import { decodeRecord, type LogRecord } from "./record.ts";
import { recover } from "./recovery.ts";
import { type IndexedStream, StreamIndex } from "./stream-index.ts";
import { describedStream, parseLimits } from "./stream-limits.ts";

interface Pending {
  /** @returns tells the writer of the outcome. */
  readonly join: (batch: CommitBatch, createdMs: number) => () => void;
  readonly reject: (cause: unknown) => void;
}

/** @param records that were written, in order; none: the file was replaced. */
type CommitListener = (records: readonly LogRecord[]) => void;

/** A batch takes no further change from here on. */
const batchBytes = 4 << 20;
/** How far from the file's end ids are still put among the recent ones when the log is opened. */
const recentBytes = 32 << 20;

/** The log: one file, what is known about it in memory, and the queue of those who write to it. */
export class EventLog {
  readonly #now: () => number;
  #file: LogFile;
  #index = new StreamIndex();
  #recentIds = new RecentIds();
  #lastPosition = 0;
  #events = 0;
  #pending: Pending[] = [];
  #writing: Promise<void> | undefined;
  #refusal: string | undefined;
  readonly #onCommit = new Set<CommitListener>();

  private constructor(file: LogFile, now: () => number) {
    this.#file = file;
    this.#now = now;
  }

  /** @param now milliseconds since the Unix epoch
   *  @throws {LogDamaged} */
  static async open(path: string, now: () => number): Promise<{ log: EventLog; cutBytes: number }> {
    const log = new EventLog(await LogFile.open(path), now);
    return { log, cutBytes: await log.#load() };
  }

  get file(): LogFile {
    return this.#file;
  }

  /** Position of the last event; 0 where there is none. */
  get lastPosition(): number {
    return this.#lastPosition;
  }

  get events(): number {
    return this.#events;
  }

  /** Its positions may run ahead of `file.end`, where nobody may read yet. */
  stream(name: string): IndexedStream | undefined {
    return this.#index.get(name);
  }

  /** The outcome comes once it is on the disk, together with all that it rests on.
   *  @throws {LogNotWritable}
   *  @throws {WriteOutcomeUnknown} */
  change(change: Change): Promise<Outcome> {
    return this.#queued((batch, createdMs) => batch.add(change, createdMs));
  }

  /** As `change`, for appends to different streams: all of them happen, or none. */
  appendTogether(appends: readonly AppendEvents[]): Promise<TogetherOutcome> {
    return this.#queued((batch, createdMs) => batch.addTogether(appends, createdMs));
  }

  /** Calls back after each commit, before its writers are told, until the returned function is called. */
  onCommit(listener: CommitListener): () => void {
    this.#onCommit.add(listener);
    return () => this.#onCommit.delete(listener);
  }

  /** Runs `work` with no write under way, and opens the file at `path` anew after it. Writers get `reason` meanwhile. */
  async replaceFile(path: string, reason: string, work: () => Promise<void>): Promise<void> {
    this.#refusal = reason;
    try {
      await this.#writing;
      await work();
      const replaced = this.#file;
      this.#file = await LogFile.open(path);
      await this.#load();
      await replaced.close();
    } finally {
      this.#refusal = undefined;
    }
    this.#committed([]);
  }

  /** Writes what is queued and closes the file. */
  async close(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
    this.#refusal = "the server is stopping";
    await this.#file.close();
  }

  #queued<T>(add: (batch: CommitBatch, createdMs: number) => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const join: Pending["join"] = (batch, createdMs) => {
        const outcome = add(batch, createdMs);
        return () => resolve(outcome);
      };
      this.#pending.push({ join, reject });
      this.#writing ??= this.#writeAll();
    });
  }

  async #load(): Promise<number> {
    this.#index = new StreamIndex();
    this.#recentIds = new RecentIds();
    this.#lastPosition = 0;
    const recentFrom = this.#file.end - recentBytes;
    const { cutBytes } = await recover(this.#file, (record) => this.#learn(record, recentFrom));
    this.#events = this.#index.events;
    return cutBytes;
  }

  #learn({ stream, revision, position, id, frame }: LogRecord, recentFrom: number): void {
    this.#index.add(stream, revision, position);
    this.#lastPosition = position;
    if (position >= recentFrom) this.#recentIds.add(id, { stream, revision });
    const described = describedStream(stream);
    if (described !== undefined) this.#index.limit(described, parseLimits(eventBody(frame).data));
  }

  async #writeAll(): Promise<void> {
    // Let all join the first batch that come in this turn of the event loop, by whatever connection.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (this.#pending.length > 0) await this.#writeBatch();
    this.#writing = undefined;
  }

  async #writeBatch(): Promise<void> {
    const batch = new CommitBatch(this.#file.end, this.#index, this.#recentIds, this.#view());
    const taken: (() => void)[] = [];
    const createdMs = this.#now();
    try {
      if (this.#refusal !== undefined) throw new LogNotWritable(this.#refusal);
      for (const pending of this.#pending) {
        if (batch.bytes >= batchBytes) break;
        taken.push(pending.join(batch, createdMs));
      }
      if (batch.bytes > 0) await this.#commit(batch);
    } catch (cause) {
      batch.rollBack();
      const refused = this.#pending.splice(0, Math.max(taken.length, 1));
      for (const { reject } of refused) reject(cause);
      return;
    }
    this.#pending.splice(0, taken.length);
    if (batch.bytes > 0) this.#committed(batch.records);
    for (const tell of taken) tell();
  }

  async #commit(batch: CommitBatch): Promise<void> {
    await this.#file.append(batch.content(), batch.records);
    this.#lastPosition = batch.lastPosition;
    this.#events = this.#index.events;
  }

  #committed(records: readonly LogRecord[]): void {
    for (const listener of this.#onCommit) listener(records);
  }

  #view(): LogView {
    return {
      stream: (name) => this.#index.get(name),
      recentEvent: (id) => this.#recentIds.get(id),
      idAt: (stream, revision) => this.#idAt(stream, revision),
    };
  }

  #idAt(stream: string, revision: number): string | undefined {
    const position = this.#index.get(stream)?.positions[revision];
    // An event that is not on the disk yet is among the recent ids.
    if (position === undefined || position >= this.#file.end) return undefined;
    const size = this.#file.readNow(position, 4).readUInt32BE(0);
    return decodeRecord(this.#file.readNow(position, size), 0, position).id;
  }
}
