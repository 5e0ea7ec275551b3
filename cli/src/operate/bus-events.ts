import { setTimeout as pause } from "node:timers/promises";
import {
  allEvents,
  type Bus,
  BusUnavailable,
  connectBus,
  type DeliveredEvent,
  type FollowedEvent,
  followEvents,
  readEvents,
} from "@rhumbline/messaging";
import { createLogger } from "@rhumbline/telemetry";
import { CommandFailed } from "../errors/usage-error.ts";
import { formatRecord } from "../output/data.ts";
import { printable } from "../output/printable.ts";
import type { Session } from "../session/session.ts";
import type { EventsOptions } from "./events-options.ts";
import { missingEvents } from "./missing-events.ts";

const defaultServer = "nats://127.0.0.1:4222";
const connectWithinMs = 5_000;

/** Prints events as a subscriber of the bus gets them. Those that the bus does not have come from the log, in their place. */
export async function printBusEvents(session: Session, options: EventsOptions): Promise<void> {
  const { terminal, settings } = session;
  const server = typeof options.nats === "string" ? options.nats : defaultServer;
  const { subject = allEvents, follow = false, since } = options;
  const bus = connectBus({ servers: [server], name: "rhumb", logger: createLogger("rhumb", "error") });
  const from = since === "start" || !follow ? "start" : "now";
  try {
    await connected(bus, server);
    // All there was is behind what comes first from the start; what comes from now on has nothing before it.
    let last = from === "start" ? 0 : undefined;
    for await (const delivered of delivery(session, bus, { subject, from, follow })) {
      const { event, resumed } = delivered;
      // A narrower subject leaves out events between those that it brings.
      const maybeMissing = subject === allEvents ? event.previous !== last : resumed;
      if (last !== undefined && maybeMissing) {
        const missing = missingEvents(session, { after: last, before: event.sequence, subject });
        for await (const one of missing) await terminal.print(render(settings.output, one));
      }
      last = event.sequence;
      await terminal.print(render(settings.output, delivered));
    }
  } catch (error) {
    if (error instanceof BusUnavailable) throw new CommandFailed(`${error.message} (${server})`, { cause: error });
    throw error;
  } finally {
    await bus.close();
  }
}

async function connected(bus: Bus, server: string): Promise<void> {
  const deadline = Date.now() + connectWithinMs;
  while (!bus.connected) {
    if (Date.now() > deadline)
      throw new CommandFailed(`NATS can't be reached at ${server}: say where it is with --nats URL`);
    await pause(20);
  }
}

async function* delivery(
  { terminal }: Session,
  bus: Bus,
  { subject, from, follow }: { subject: string; from: "start" | "now"; follow: boolean },
): AsyncGenerator<FollowedEvent> {
  const { signal } = new AbortController();
  const interrupted = (why: string): void => terminal.note(`rhumb: ${why}; going on when it is back`);
  if (follow) return yield* followEvents(bus, { subject, from, interrupted }, signal);
  for await (const delivered of readEvents(bus, { subject, from, stopAtEnd: true }, signal))
    yield { ...delivered, resumed: false };
}

type Shown = Pick<DeliveredEvent, "subject" | "event">;

function render(format: string, delivered: Shown): string {
  const data = formatRecord(format, asCloudEvent(delivered));
  return data ?? (format === "name" ? delivered.event.id : formatBusEvent(delivered));
}

/** One line: when, position in the log, and the subject, which says the rest. */
function formatBusEvent({ subject, event: { timeMs, sequence } }: Shown): string {
  return printable(`${new Date(timeMs).toISOString()}  ${String(sequence).padStart(10)}  ${subject}`);
}

/** CloudEvents 1.0, JSON format, beside the subject that it came on. */
function asCloudEvent({ subject: natsSubject, event }: Shown): object {
  const { timeMs, partitionKey, correlationId, causationId, authId, ...attributes } = event;
  return {
    natsSubject,
    specversion: "1.0",
    time: new Date(timeMs).toISOString(),
    datacontenttype: "application/json",
    partitionkey: partitionKey,
    correlationid: correlationId,
    causationid: causationId,
    authid: authId,
    ...attributes,
  };
}
