import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { type EventStore, LogUnavailable, OutcomeUnknown, type RecordedEvent } from "@rhumbline/event-sourcing";

/** What one writer was told. */
interface Acknowledged {
  readonly stream: string;
  /** Ids by revision, each acknowledged. */
  readonly ids: readonly string[];
  readonly positions: readonly number[];
}

export interface Writers {
  readonly acknowledged: readonly Acknowledged[];
  /** Every writer ends its append, and no more follow. */
  stop(): Promise<void>;
}

/** Writers that append one event after the other, each to a stream of its own, and send an append of unknown outcome again
 *  until they know it. */
export function startWriters(store: EventStore, count: number): Writers {
  let stopped = false;
  const acknowledged = Array.from({ length: count }, () => ({
    stream: `written-${randomUUID()}`,
    ids: [] as string[],
    positions: [] as number[],
  }));
  const write = async (writer: { stream: string; ids: string[]; positions: number[] }) => {
    while (!stopped) {
      const id = randomUUID();
      const position = await appendUntilTaken(store, writer.stream, writer.ids.length, id);
      writer.ids.push(id);
      writer.positions.push(position);
    }
  };
  const done = Promise.all(acknowledged.map(write));
  return {
    acknowledged,
    async stop() {
      stopped = true;
      await done;
    },
  };
}

async function appendUntilTaken(store: EventStore, stream: string, revision: number, id: string): Promise<number> {
  const event = { id, type: "Written", data: { revision }, metadata: {} };
  for (;;) {
    try {
      const appended = await store.append(stream, revision === 0 ? "no-stream" : revision - 1, [event]);
      return appended.position;
    } catch (cause) {
      if (!(cause instanceof LogUnavailable || cause instanceof OutcomeUnknown)) throw cause;
      await pause(20);
    }
  }
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
