import type { Writable } from "node:stream";
import type { Appended, ExpectedRevision, NewEvent, Position, StreamAppend } from "../event-store.ts";
import { LogUnavailable, OneStreamOnly, OutcomeUnknown } from "../event-store-errors.ts";
import { appendCutShort, appendRefusal } from "./append-refusal.ts";
import type { AppenderLog } from "./appender.ts";
import { type BatchAnswer, readBatchAnswer } from "./batch-answer.ts";
import { batchRequest } from "./batch-request.ts";
import { MessageCutter } from "./grpc-frames.ts";
import type { PlainCall, SharedConnection } from "./plain-session.ts";

const method = "/event_store.client.streams.Streams/BatchAppend";
/** How the embedded log says that it takes an append to several streams. */
const togetherHeader = "rhumbline-appends-together";

interface Pending {
  readonly appends: readonly [StreamAppend, ...StreamAppend[]];
  readonly resolve: (appended: Appended) => void;
  readonly reject: (cause: Error) => void;
  /** When there has to be an answer, by the process's clock. */
  readonly deadlineMs: number;
}

/** Appends by the protocol's own BatchAppend: one call, any number of appends under way in it, each answered by its number.
 *  When one is not answered in time, the connection is thrown away with all that hangs in it, and the next append connects anew. */
export class BatchAppender {
  readonly #connection: SharedConnection;
  readonly #timeoutMs: number;
  readonly #log: AppenderLog | undefined;
  #call: PlainCall | undefined;
  readonly #pending = new Map<number, Pending>();
  /** Goes off when the append that waits longest should have been answered: one timer for all of them. */
  #watch: NodeJS.Timeout | undefined;
  #last = 0;

  constructor(connection: SharedConnection, timeoutMs: number, log: AppenderLog | undefined) {
    this.#connection = connection;
    this.#timeoutMs = timeoutMs;
    this.#log = log;
  }

  append(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): Promise<Appended> {
    return this.#send([{ stream, expected, events }]);
  }

  /** Only on a call whose server has said that it understands: another one would take the events for the first stream's.
   *  @throws {OneStreamOnly} it did not, or has said nothing yet, as before the first append of a call. */
  async appendTogether([first, ...others]: readonly StreamAppend[]): Promise<Position> {
    if (first === undefined) throw new TypeError("an append is to one stream at least");
    if (this.#call?.headers()?.[togetherHeader] === undefined) throw new OneStreamOnly();
    return (await this.#send([first, ...others])).position;
  }

  #send(appends: Pending["appends"]): Promise<Appended> {
    return new Promise((resolve, reject) => {
      this.#last += 1;
      const number = this.#last;
      // What can't be written as JSON throws here, before anything is under way.
      const messages = batchRequest(number, appends);
      this.#pending.set(number, { appends, resolve, reject, deadlineMs: performance.now() + this.#timeoutMs });
      this.#watch ??= setTimeout(() => this.#look(), this.#timeoutMs);
      this.#call ??= this.#open();
      const { stream: body } = this.#call;
      this.#joinWrites(body);
      for (const message of messages) body.write(message);
    });
  }

  /** What is appended in one turn leaves in one write. */
  #joinWrites(body: Writable): void {
    if (body.writableCorked > 0) return;
    body.cork();
    process.nextTick(() => body.uncork());
  }

  async close(): Promise<void> {
    clearTimeout(this.#watch);
    this.#call?.close();
    const cause = new Error("the connection was closed");
    this.#fail((stream) => new OutcomeUnknown(stream, { cause }));
  }

  #open(): PlainCall {
    const { call } = this.#connection.call(method, (cause) => {
      this.#call = undefined;
      const { code, words } = call.status();
      this.#fail((stream) => {
        if (cause === undefined) return appendCutShort(stream, code, words);
        return call.connected() ? new OutcomeUnknown(stream, { cause }) : new LogUnavailable(cause.message, { cause });
      });
    });
    const cutter = new MessageCutter();
    call.stream.on("data", (chunk: Buffer) => {
      cutter.cut(chunk, (message) => this.#settle(readBatchAnswer(message)));
    });
    return call;
  }

  #settle({ number, stream: named, outcome }: BatchAnswer): void {
    const pending = this.#pending.get(number);
    if (pending === undefined) return;
    this.#pending.delete(number);
    const { appends, resolve, reject } = pending;
    if (outcome !== undefined && "appended" in outcome) {
      resolve(outcome.appended);
      return;
    }
    const { stream, expected } = appends.find((append) => append.stream === named) ?? appends[0];
    if (outcome !== undefined) reject(appendRefusal(stream, expected, outcome.refused));
    else reject(new OutcomeUnknown(stream, { cause: new Error("the answer says neither yes nor no") }));
  }

  /** Appends wait in the order of their deadlines. */
  #look(): void {
    this.#watch = undefined;
    for (const { deadlineMs } of this.#pending.values()) {
      const leftMs = deadlineMs - performance.now();
      if (leftMs > 0) this.#watch = setTimeout(() => this.#look(), Math.ceil(leftMs));
      else this.#abandon();
      return;
    }
  }

  #abandon(): void {
    this.#log?.warn({ timeoutMs: this.#timeoutMs }, "the event log did not answer an append; connecting anew");
    this.#call?.close();
    this.#call = undefined;
    const cause = new Error(`no answer to an append in ${this.#timeoutMs} ms`);
    this.#connection.close(cause);
    this.#fail((stream) => new OutcomeUnknown(stream, { cause }));
  }

  #fail(errorFor: (stream: string) => Error): void {
    const failed = [...this.#pending.values()];
    this.#pending.clear();
    for (const { appends, reject } of failed) reject(errorFor(appends[0].stream));
  }
}
