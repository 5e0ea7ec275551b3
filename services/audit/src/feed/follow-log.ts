import {
  type EventStore,
  LogUnavailable,
  type Position,
  type RecordedEvent,
  type SubscribeOptions,
} from "@rhumbline/event-sourcing";
import { manyAtATime } from "./many-at-a-time.ts";
import { wait } from "./wait.ts";

export interface Following {
  /** Exclusive. */
  readonly after: Position;
  readonly streamPrefixes: readonly string[];
  /** What comes is delivered at most so often, many events together. Absent: at once. */
  readonly intervalMs?: number;
  /** Called when the log can't be read; it is tried again. */
  unavailable?(cause: Error): void;
}

const retryMs = 200;

/** Events in log order, then as they come, until the signal aborts, however often the log goes away meanwhile: those
 *  together that came together. Takes from the log no faster than its reader takes from it. */
export async function* followLog(
  store: EventStore,
  { after, streamPrefixes, intervalMs, unavailable }: Following,
  signal: AbortSignal,
): AsyncGenerator<readonly RecordedEvent[]> {
  let position = after;
  while (!signal.aborted) {
    try {
      for await (const events of manyAtATime(store.readAll({ from: position, streamPrefixes }))) {
        if (signal.aborted) return;
        position = lastOf(events, position);
        yield events;
      }
      const live = { after: position, streamPrefixes, ...(intervalMs !== undefined && { intervalMs }) };
      for await (const events of liveEvents(store, live, signal)) {
        position = lastOf(events, position);
        yield events;
      }
    } catch (error) {
      if (!(error instanceof LogUnavailable)) throw error;
      unavailable?.(error);
    }
    await wait(retryMs, signal);
  }
}

const lastOf = (events: readonly RecordedEvent[], before: Position): Position => events.at(-1)?.position ?? before;

/** A reader this far behind is better served by reading than by what is pushed to it. */
const maxWaiting = 5_000;

/** What a subscription brings, until it drops, its reader falls too far behind, or the signal aborts. */
async function* liveEvents(
  store: EventStore,
  options: SubscribeOptions,
  signal: AbortSignal,
): AsyncGenerator<readonly RecordedEvent[]> {
  let waiting: RecordedEvent[] = [];
  let ended = false;
  let wake = (): void => {};
  const end = (): void => {
    ended = true;
    wake();
  };
  const subscription = store.subscribe(options, {
    event(event) {
      if (ended) return;
      waiting.push(event);
      if (waiting.length >= maxWaiting) end();
      else wake();
    },
    caughtUp() {},
    dropped: end,
  });
  signal.addEventListener("abort", end);
  try {
    while (!signal.aborted) {
      const events = waiting;
      waiting = [];
      if (events.length > 0) yield events;
      else if (ended) return;
      else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    signal.removeEventListener("abort", end);
    await subscription.stop();
  }
}
