import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import {
  type EventStore,
  LogUnavailable,
  OneStreamOnly,
  OutcomeUnknown,
  type RecordedEvent,
  type StreamAppend,
} from "@rhumbline/event-sourcing";

/** What one writer was told of one stream. */
interface Acknowledged {
  readonly stream: string;
  /** Ids by revision, each acknowledged. */
  readonly ids: readonly string[];
  readonly positions: readonly number[];
}

export interface Writers {
  readonly acknowledged: readonly Acknowledged[];
  /** Streams that are only written together, an event to each. */
  readonly pairs: readonly (readonly string[])[];
  /** Every writer ends its append, and no more follow. */
  stop(): Promise<void>;
}

interface Written {
  readonly stream: string;
  readonly ids: string[];
  readonly positions: number[];
}

/** Writers that append one event after the other, each to a stream of its own or to two together, and send an append of
 *  unknown outcome again until they know it. */
export function startWriters(store: EventStore, { alone, together }: { alone: number; together: number }): Writers {
  let stopped = false;
  const streams = (count: number): Written[] =>
    Array.from({ length: count }, () => ({ stream: `written-${randomUUID()}`, ids: [], positions: [] }));
  const writers = [
    ...Array.from({ length: alone }, () => streams(1)),
    ...Array.from({ length: together }, () => streams(2)),
  ];
  const write = async (written: Written[]) => {
    while (!stopped) {
      const appends = written.map(({ stream, ids }) => nextAppend(stream, ids.length));
      const position = await appendUntilTaken(store, appends);
      for (const [i, { ids, positions }] of written.entries()) {
        ids.push(appends[i]?.events[0]?.id ?? "");
        // The log answers with the last one's alone.
        positions.push(i === written.length - 1 ? position : Number.NaN);
      }
    }
  };
  const done = Promise.all(writers.map(write));
  return {
    acknowledged: writers.flat(),
    pairs: writers.filter(({ length }) => length === 2).map((pair) => pair.map(({ stream }) => stream)),
    async stop() {
      stopped = true;
      await done;
    },
  };
}

function nextAppend(stream: string, revision: number): StreamAppend {
  const event = { id: randomUUID(), type: "Written", data: { revision }, metadata: {} };
  return { stream, expected: revision === 0 ? "no-stream" : revision - 1, events: [event] };
}

async function appendUntilTaken(store: EventStore, appends: readonly StreamAppend[]): Promise<number> {
  const [first, ...others] = appends;
  if (first === undefined) throw new TypeError("a writer has a stream");
  for (;;) {
    try {
      if (others.length > 0) return await store.appendTogether(appends);
      return (await store.append(first.stream, first.expected, first.events)).position;
    } catch (cause) {
      if (cause instanceof OneStreamOnly) await heardFrom(store, first.stream);
      else if (!(cause instanceof LogUnavailable || cause instanceof OutcomeUnknown)) throw cause;
      await pause(20);
    }
  }
}

/** Has the server say what it takes, as it does with its first answer on a connection. */
async function heardFrom(store: EventStore, stream: string): Promise<void> {
  await store.append(stream, "any", []).catch((cause: unknown) => {
    if (!(cause instanceof LogUnavailable || cause instanceof OutcomeUnknown)) throw cause;
  });
}

/** The ids of each stream in the log, by the whole log read once. */
export async function idsByStream(store: EventStore): Promise<Map<string, string[]>> {
  const ids = new Map<string, string[]>();
  for await (const { stream, id } of store.readAll()) ids.set(stream, [...(ids.get(stream) ?? []), id]);
  return ids;
}

export async function wholeLog(store: EventStore): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const event of store.readAll()) events.push(event);
  return events;
}
