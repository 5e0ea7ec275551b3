import type {
  Appended,
  EventStore,
  ExpectedRevision,
  NewEvent,
  Position,
  ReadAllOptions,
  ReadStreamOptions,
  RecordedEvent,
  StreamAppend,
  SubscribeOptions,
  Subscription,
  SubscriptionHandler,
} from "./event-store.ts";
import { AppendTooLarge, LogUnavailable, WrongExpectedRevision } from "./event-store-errors.ts";

const maxAppendBytes = 1 << 20;

/** A log in memory that keeps the contract as the real one does: for tests, and for everything in one process. */
export function createMemoryStore(): EventStore {
  const log = new MemoryLog();
  return {
    append: async (stream, expected, events) => log.append(stream, expected, events),
    appendTogether: async (appends) => log.appendTogether(appends),
    readStream: (stream, options) => inSteps(() => log.readStream(stream, options)),
    readAll: (options) => inSteps(() => log.readAll(options)),
    replay: async (options, take) => {
      for (const event of log.readAll(options)) take(event);
    },
    lastPosition: async () => log.lastPosition(),
    subscribe: (options, handler) => log.subscribe(options, handler),
    close: async () => log.close(),
  };
}

class MemoryLog {
  readonly #all: RecordedEvent[] = [];
  readonly #byStream = new Map<string, RecordedEvent[]>();
  readonly #subscribers = new Set<() => void>();
  /** Positions lie as far apart as the events are large, as they do in a file. */
  #nextPosition = 64;
  #closed = false;

  append(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): Appended {
    this.#requireOpen();
    const append = { stream, expected, events };
    const repeat = this.#repeatOf(append);
    if (repeat !== undefined) return { revision: repeat.revision, position: repeat.position };
    this.#require([append]);
    return this.#take(append);
  }

  appendTogether(appends: readonly StreamAppend[]): Position {
    this.#requireOpen();
    const repeats = appends.map((append) => this.#repeatOf(append));
    if (!repeats.includes(undefined)) return Math.max(...repeats.map((repeat) => repeat?.position ?? 0));
    this.#require(appends);
    return Math.max(...appends.map((append) => this.#take(append).position));
  }

  #repeatOf({ stream, expected, events }: StreamAppend): RecordedEvent | undefined {
    return repeatOf(this.#byStream.get(stream) ?? [], expected, events);
  }

  #requireOpen(): void {
    if (this.#closed) throw new LogUnavailable("this store is closed");
  }

  /** That all of it can be taken. */
  #require(appends: readonly StreamAppend[]): void {
    let bytes = 0;
    for (const { stream, expected, events } of appends) {
      const last = (this.#byStream.get(stream)?.length ?? 0) - 1;
      if (!(expected === "any" || expected === last || (expected === "no-stream" && last === -1)))
        throw new WrongExpectedRevision(stream, expected, last);
      for (const event of events) bytes += textOf(event).length;
      if (bytes > maxAppendBytes) throw new AppendTooLarge(stream, maxAppendBytes);
    }
  }

  #take({ stream, events }: StreamAppend): Appended {
    const before = this.#byStream.get(stream) ?? [];
    const recorded = events.map((event, i) =>
      this.#record(stream, before.length + i, event.id, event.type, textOf(event)),
    );
    this.#byStream.set(stream, before);
    before.push(...recorded);
    this.#all.push(...recorded);
    for (const wake of this.#subscribers) wake();
    return { revision: before.length - 1, position: before.at(-1)?.position ?? 0 };
  }

  readStream(stream: string, { from, direction, maxCount }: ReadStreamOptions = {}): RecordedEvent[] {
    const events = this.#byStream.get(stream) ?? [];
    if (direction !== "backwards") return events.slice(from ?? 0).slice(0, maxCount);
    return events
      .slice(0, (from ?? events.length) + 1)
      .reverse()
      .slice(0, maxCount);
  }

  readAll({ from = 0, direction, maxCount, streamPrefixes }: ReadAllOptions = {}): RecordedEvent[] {
    const backwards = direction === "backwards";
    const end = backwards && from > 0 ? this.#indexAfter(from - 1) : this.#all.length;
    const events = this.#all.slice(backwards ? 0 : this.#indexAfter(from), end);
    const wanted = (backwards ? events.reverse() : events).filter((event) => isDelivered(event, streamPrefixes));
    return wanted.slice(0, maxCount);
  }

  lastPosition(): number {
    return this.readAll({ direction: "backwards", maxCount: 1 })[0]?.position ?? 0;
  }

  /** Delivers in later turns, never from within `append`. */
  subscribe({ after = 0, streamPrefixes }: SubscribeOptions, handler: SubscriptionHandler): Subscription {
    let next = this.#indexAfter(after);
    let live = false;
    let scheduled = false;
    const deliver = () => {
      scheduled = false;
      try {
        while (this.#subscribers.has(wake)) {
          const event = this.#all[next];
          if (event === undefined) break;
          next += 1;
          if (isDelivered(event, streamPrefixes)) handler.event(event);
        }
        if (live || !this.#subscribers.has(wake)) return;
        live = true;
        handler.caughtUp();
      } catch (cause) {
        this.#subscribers.delete(wake);
        handler.dropped(cause instanceof Error ? cause : new Error(String(cause)));
      }
    };
    const wake = () => {
      if (scheduled) return;
      scheduled = true;
      setImmediate(deliver);
    };
    this.#subscribers.add(wake);
    wake();
    return {
      stop: async () => {
        this.#subscribers.delete(wake);
      },
    };
  }

  close(): void {
    this.#closed = true;
    this.#subscribers.clear();
  }

  #record(stream: string, revision: number, id: string, type: string, text: string): RecordedEvent {
    const { data, metadata }: { data: unknown; metadata: unknown } = { metadata: undefined, ...JSON.parse(text) };
    const position = this.#nextPosition;
    this.#nextPosition += text.length + type.length + stream.length + id.length;
    return { id, type, data, metadata, stream, revision, position };
  }

  /** Index in the log of the first event after a position. */
  #indexAfter(position: number): number {
    let low = 0;
    let high = this.#all.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#all[middle]?.position ?? 0) > position) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

/** What a reader gets must not change with what the writer does to its objects afterwards, and is JSON. */
const textOf = ({ data, metadata }: NewEvent): string => JSON.stringify({ data, metadata });

/** The last event of an append that was made before. With "any" its ids may stand anywhere in the stream. */
function repeatOf(
  before: readonly RecordedEvent[],
  expected: ExpectedRevision,
  events: readonly NewEvent[],
): RecordedEvent | undefined {
  const firstId = events[0]?.id;
  if (firstId === undefined) return undefined;
  const first =
    expected === "any" ? before.findIndex(({ id }) => id === firstId) : expected === "no-stream" ? 0 : expected + 1;
  if (first === -1) return undefined;
  const same = events.every(({ id }, i) => before[first + i]?.id === id);
  return same ? before[first + events.length - 1] : undefined;
}

function isDelivered({ stream, type }: RecordedEvent, streamPrefixes: readonly string[] | undefined): boolean {
  if (stream.startsWith("$") || type.startsWith("$")) return false;
  return streamPrefixes?.some((prefix) => stream.startsWith(prefix)) ?? true;
}

async function* inSteps(read: () => RecordedEvent[]): AsyncGenerator<RecordedEvent> {
  yield* read();
}
