import { setTimeout as pause } from "node:timers/promises";
import { allEvents, type Bus, BusUnavailable, connectBus, type DeliveredEvent, readEvents } from "@rhumbline/messaging";
import { createLogger } from "@rhumbline/telemetry";
import { CommandFailed } from "../errors/usage-error.ts";
import { formatRecord } from "../output/data.ts";
import { printable } from "../output/printable.ts";
import type { Session } from "../session/session.ts";
import type { EventsOptions } from "./events-options.ts";

const defaultServer = "nats://127.0.0.1:4222";
const connectWithinMs = 5_000;

/** Prints events as a subscriber of the bus gets them, and says where some are missing. */
export async function printBusEvents(session: Session, options: EventsOptions): Promise<void> {
  const { terminal, settings } = session;
  const server = typeof options.nats === "string" ? options.nats : defaultServer;
  const { subject = allEvents, follow = false, since } = options;
  const bus = connectBus({ servers: [server], name: "rhumb", logger: createLogger("rhumb", "error") });
  const from = since === "start" || !follow ? "start" : "now";
  try {
    await connected(bus, server);
    let last: number | undefined;
    for await (const delivered of readEvents(
      bus,
      { subject, from, stopAtEnd: !follow },
      new AbortController().signal,
    )) {
      const { event } = delivered;
      // A narrower subject leaves out events between those that it brings.
      if (subject === allEvents) noteGap(session, last, event.previous);
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

/** EVENTS keeps a part of the past only. The log has all of it. */
function noteGap({ terminal }: Session, last: number | undefined, previous: number): void {
  if (previous === (last ?? 0)) return;
  const after = last ?? 0;
  terminal.note(
    `rhumb: the bus has not all events up to position ${previous}: rhumb events --since ${after || "start"}`,
  );
}

function render(format: string, delivered: DeliveredEvent): string {
  const data = formatRecord(format, asCloudEvent(delivered));
  return data ?? (format === "name" ? delivered.event.id : formatBusEvent(delivered));
}

/** One line: when, position in the log, and the subject, which says the rest. */
function formatBusEvent({ subject, event: { timeMs, sequence } }: DeliveredEvent): string {
  return printable(`${new Date(timeMs).toISOString()}  ${String(sequence).padStart(10)}  ${subject}`);
}

/** CloudEvents 1.0, JSON format, beside the subject that it came on. */
function asCloudEvent({ subject: natsSubject, event }: DeliveredEvent): object {
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
