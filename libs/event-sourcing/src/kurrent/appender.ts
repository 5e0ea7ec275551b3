import { type EventData, type JSONType, jsonEvent, type KurrentDBClient } from "@kurrent/kurrentdb-client";
import type { Appended, ExpectedRevision, NewEvent } from "../event-store.ts";
import { LogUnavailable, OutcomeUnknown } from "../event-store-errors.ts";
import { appendError } from "./append-errors.ts";
import { clockSkewMs } from "./batch-request.ts";

export interface AppenderLog {
  warn(fields: object, message: string): void;
}

/** The client holds sixteen messages for a connection that does not take them. A seventeenth waits in a queue of its own,
 *  and if the connection then breaks, that queue rejects a promise nobody can catch: the process would die of it. */
const maxInFlight = 15;

/**
 * Appends through one client object, which has one BatchAppend stream. The object is the appender's own, apart from the one
 * that reads and subscribes: when an append is not answered in time, the client is thrown away with all that hangs in it.
 */
export class Appender {
  readonly #connect: () => KurrentDBClient;
  readonly #timeoutMs: number;
  readonly #log: AppenderLog | undefined;
  #client: KurrentDBClient | undefined;
  #inFlight = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(connect: () => KurrentDBClient, timeoutMs: number, log: AppenderLog | undefined) {
    this.#connect = connect;
    this.#timeoutMs = timeoutMs;
    this.#log = log;
  }

  async append(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): Promise<Appended> {
    const deadline = performance.now() + this.#timeoutMs;
    await this.#turn(deadline);
    try {
      return await this.#send(stream, expected, events, deadline - performance.now());
    } finally {
      this.#handOver();
    }
  }

  async close(): Promise<void> {
    await this.#client?.dispose();
  }

  /** Resolves when fewer than `maxInFlight` appends are under way, first come, first served. */
  async #turn(deadline: number): Promise<void> {
    if (this.#inFlight < maxInFlight) {
      this.#inFlight += 1;
      return;
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
    if (performance.now() < deadline) return;
    this.#handOver();
    throw new LogUnavailable("it answered none of the appends before this one");
  }

  #handOver(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#inFlight -= 1;
    else next();
  }

  async #send(
    stream: string,
    expected: ExpectedRevision,
    events: readonly NewEvent[],
    timeoutMs: number,
  ): Promise<Appended> {
    this.#client ??= this.#connect();
    const client = this.#client;
    const streamState = typeof expected === "number" ? BigInt(expected) : expected === "any" ? "any" : "no_stream";
    const appended = client.appendToStream(stream, events.map(toEventData), { streamState, deadline: clockSkewMs });
    try {
      const { nextExpectedRevision, position } = await inTime(appended, timeoutMs);
      return { revision: Number(nextExpectedRevision), position: Number(position?.commit ?? 0) };
    } catch (cause) {
      if (cause !== unanswered) throw appendError(stream, expected, cause);
      this.#abandon(client);
      throw new OutcomeUnknown(stream, { cause: new Error(`no answer in ${this.#timeoutMs} ms`) });
    }
  }

  /** Ends the client's appends, each of unknown outcome; the next append connects anew. */
  #abandon(client: KurrentDBClient): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    this.#log?.warn({ timeoutMs: this.#timeoutMs }, "the event log did not answer an append; connecting anew");
    void client.dispose();
  }
}

const unanswered = Symbol("unanswered");

async function inTime<T>(promise: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(unanswered), timeoutMs);
  });
  return await Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

function toEventData({ id, type, data, metadata }: NewEvent): EventData {
  // The contract's data is proto3 JSON already; the client's type for JSON is narrower than `unknown`.
  return jsonEvent({ id, type, data: data as JSONType, metadata: metadata as Record<string, JSONType> });
}
