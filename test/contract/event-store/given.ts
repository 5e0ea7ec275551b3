import { randomUUID } from "node:crypto";
import type { EventStore, NewEvent, Position, RecordedEvent, SubscribeOptions } from "@rhumbline/event-sourcing";

/** A stream nobody else writes, of a category nobody else reads. */
export function newStream(category = newCategory()): string {
  return `${category}-${randomUUID()}`;
}

export function newCategory(): string {
  return `contract${randomUUID().replaceAll("-", "")}`;
}

export function event(type: string, data: unknown = {}, id: string = randomUUID()): NewEvent {
  return { id, type, data, metadata: { actor: "contract" } };
}

export async function all(events: AsyncIterable<RecordedEvent>): Promise<RecordedEvent[]> {
  const collected: RecordedEvent[] = [];
  for await (const recorded of events) collected.push(whole(recorded));
  return collected;
}

/** The event with all that a reader may ask of it, to be compared with others. */
export const whole = ({ id, type, stream, revision, position, data, metadata }: RecordedEvent): RecordedEvent => ({
  id,
  type,
  stream,
  revision,
  position,
  data,
  metadata,
});

export async function typesOf(events: AsyncIterable<RecordedEvent>): Promise<string[]> {
  return (await all(events)).map(({ type }) => type);
}

/** What a subscription delivered, in order: event types, and "(caught up)". */
export interface Watched {
  readonly seen: readonly string[];
  readonly positions: readonly Position[];
  /** Resolves when as many entries as this were seen. */
  until(entries: number): Promise<void>;
  readonly dropped: Promise<Error>;
  stop(): Promise<void>;
}

export function watch(store: EventStore, options: SubscribeOptions, onEvent?: (event: RecordedEvent) => void): Watched {
  const seen: string[] = [];
  const positions: Position[] = [];
  const waiting = new Set<() => void>();
  let drop: (cause: Error) => void = () => undefined;
  const dropped = new Promise<Error>((resolve) => {
    drop = resolve;
  });
  const note = (entry: string) => {
    seen.push(entry);
    for (const check of waiting) check();
  };
  const subscription = store.subscribe(options, {
    event(recorded) {
      onEvent?.(recorded);
      positions.push(recorded.position);
      note(recorded.type);
    },
    caughtUp: () => note("(caught up)"),
    dropped: (cause) => drop(cause),
  });
  const until = (entries: number) =>
    new Promise<void>((resolve) => {
      const check = () => {
        if (seen.length < entries) return;
        waiting.delete(check);
        resolve();
      };
      waiting.add(check);
      check();
    });
  return { seen, positions, until, dropped, stop: () => subscription.stop() };
}
