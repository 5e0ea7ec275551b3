import type { EventStore, Position } from "@rhumbline/event-sourcing";
import { type Bus, type EventStreamBounds, eventStream, WrongRevision } from "@rhumbline/messaging";
import type { Logger } from "@rhumbline/telemetry";
import { wait } from "../feed/wait.ts";
import { relayFromEnd } from "./relay-run.ts";

export interface RelayStatus {
  /** Up to here EVENTS has, or had and dropped by its bounds, everything of the log. */
  readonly publishedPosition: Position;
  readonly busConnected: boolean;
  /** Why nothing is published at the moment; empty when all is well. */
  readonly error: string;
}

export interface Relay {
  status(): RelayStatus;
  stop(): Promise<void>;
}

const retryMs = 500;
/** A connection takes a moment; that is not worth a warning at every start. */
const firstConnectionMs = 1_000;

/** Carries the log to the bus, for ever: what breaks is waited for, and the end of EVENTS says where to go on. Several
 *  relays may run side by side: EVENTS takes each event once and in order, whoever brings it. */
export function startRelay(options: { store: EventStore; bus: Bus; bounds: EventStreamBounds; log: Logger }): Relay {
  const { store, bus, bounds, log } = options;
  const stopping = new AbortController();
  let publishedPosition = 0;
  let error = "";

  const report = (cause: unknown): void => {
    const message = cause instanceof Error ? cause.message : String(cause);
    if (message !== error) log.warn({ err: cause }, "can't relay events; trying again");
    error = message;
  };
  const run = {
    store,
    stream: eventStream(bus, bounds),
    maxAgeMs: bounds.maxAgeMs,
    advanced(position: Position) {
      publishedPosition = position;
      if (error !== "") log.info({ position }, "relaying events again");
      error = "";
    },
    logUnavailable: report,
  };
  const relay = async (): Promise<void> => {
    const arrived = new AbortController();
    const unlisten = bus.onConnected(() => arrived.abort());
    await wait(firstConnectionMs, AbortSignal.any([arrived.signal, stopping.signal]));
    unlisten();
    while (!stopping.signal.aborted) {
      try {
        await relayFromEnd(run, stopping.signal);
      } catch (cause) {
        // Overtaken by another relay, or EVENTS was deleted: no error, but to be looked at anew.
        if (cause instanceof WrongRevision) log.debug({ err: cause }, "looking for the end of EVENTS again");
        else report(cause);
      }
      await wait(retryMs, stopping.signal);
    }
  };
  const relaying = relay();
  return {
    status: () => ({ publishedPosition, busConnected: bus.connected, error }),
    async stop() {
      stopping.abort();
      await relaying;
    },
  };
}
