import type { EventStore } from "@rhumbline/event-sourcing";
import { connectBus, readEvents } from "@rhumbline/messaging";
import type { Logger } from "@rhumbline/telemetry";

/** What NATS did not have: events after one position and before another. */
interface Gap {
  readonly after: number;
  readonly upTo: number;
}

/** Does what docs/subscribers.md asks of one: keeps the position it has handled, drops what is not newer, and takes from
 *  the log what NATS has not. */
export interface PositionSubscriber {
  /** Positions, in the order in which they were handled. */
  readonly handled: readonly number[];
  readonly gaps: readonly Gap[];
  stop(): Promise<void>;
}

export function followByPosition(url: string, store: EventStore, logger: Logger): PositionSubscriber {
  const bus = connectBus({ servers: [url], name: "subscriber", logger });
  const stopping = new AbortController();
  const handled: number[] = [];
  const gaps: Gap[] = [];

  const take = async (sequence: number, previous: number): Promise<void> => {
    const last = handled.at(-1) ?? 0;
    if (sequence <= last) return;
    if (previous > last) {
      gaps.push({ after: last, upTo: previous });
      for await (const { position } of store.readAll({ from: last })) {
        if (position > previous) break;
        handled.push(position);
      }
    }
    handled.push(sequence);
  };
  /** Until the connection is lost: what NATS holds after that may be another stream. */
  const follow = async (): Promise<void> => {
    const lost = new AbortController();
    let connections = 0;
    const unlisten = bus.onConnected(() => {
      connections += 1;
      if (connections > 1) lost.abort();
    });
    const signal = AbortSignal.any([stopping.signal, lost.signal]);
    const all = { subject: "rhumbline.evt.>", from: "start", stopAtEnd: true } as const;
    try {
      while (!signal.aborted) {
        for await (const { event } of readEvents(bus, all, signal)) await take(event.sequence, event.previous);
        await pause(100);
      }
    } finally {
      unlisten();
    }
  };
  const following = (async () => {
    while (!stopping.signal.aborted) {
      await follow().catch((error: unknown) => logger.debug({ err: error }, "can't follow now"));
      await pause(100);
    }
  })();
  return {
    handled,
    gaps,
    async stop() {
      stopping.abort();
      await following;
      await bus.close();
    },
  };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
