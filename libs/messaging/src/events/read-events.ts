import { AckPolicy, type Consumer, DeliverPolicy, jetstreamManager } from "@nats-io/jetstream";
import { nanos } from "@nats-io/transport-node";
import type { Bus } from "../bus/bus.ts";
import { MalformedMessage } from "../bus/bus-errors.ts";
import { jetstreamOf } from "../bus/jetstream-of.ts";
import { asBusError } from "../bus/nats-errors.ts";
import { type CloudEvent, decodeCloudEvent } from "./cloud-event.ts";
import { eventStreamName } from "./event-stream.ts";

export interface DeliveredEvent {
  /** Where it was published: `rhumbline.evt.<project>.<kind>.<id>.<EventType>`. */
  readonly subject: string;
  readonly event: CloudEvent;
  /** When EVENTS took it, by the server's clock (RFC 3339, nanoseconds). Never falls along the stream. */
  readonly storedAt: string;
}

/** From where on EVENTS is read: all that it still keeps, what comes, or what was stored at a time or later. */
export type ReadFrom = "start" | "now" | { readonly storedSince: string };

interface ReadOptions {
  readonly subject: string;
  readonly from: ReadFrom;
  /** Ends with what EVENTS holds at present. */
  readonly stopAtEnd: boolean;
  /** Told the server's time when it began to note what comes. */
  readonly began?: (at: string) => void;
}

/** What EVENTS holds under a subject (wildcards `*` and `>`), then what comes, until the signal aborts.
 *  @throws {BusUnavailable} no connection, or no stream, or it was deleted.
 *  @throws {MalformedMessage} something that is no event was published under the subject. */
export async function* readEvents(
  bus: Bus,
  { subject, from, stopAtEnd, began }: ReadOptions,
  signal: AbortSignal,
): AsyncGenerator<DeliveredEvent> {
  const consumer = await openConsumer(bus, subject, from);
  const { num_pending: pending, created } = await consumer.info(true);
  began?.(created);
  if (stopAtEnd && pending === 0) return;
  // It ends with its consumer: one that is made anew where the other was would not notice that the stream is another.
  const messages = await consumer.consume({ abort_on_missing_resource: true });
  const stop = (): void => messages.stop();
  signal.addEventListener("abort", stop);
  try {
    for await (const message of messages) {
      if (signal.aborted) return;
      const event = decodeCloudEvent((name) => message.headers?.get(name), message.data);
      yield { subject: message.subject, event, storedAt: message.timestamp };
      if (stopAtEnd && message.info.pending === 0) return;
    }
  } catch (error) {
    throw error instanceof MalformedMessage ? error : asBusError(error, `stream ${eventStreamName}`);
  } finally {
    signal.removeEventListener("abort", stop);
    messages.stop();
  }
}

/** Slow readers ask for nothing meanwhile, and the server keeps no consumer that nobody asks anything of. */
const keptForMs = 300_000;

async function openConsumer(bus: Bus, subject: string, from: ReadFrom): Promise<Consumer> {
  try {
    const { consumers } = await jetstreamManager(bus.nats(), { checkAPI: false });
    const { name } = await consumers.add(eventStreamName, {
      filter_subject: subject,
      ack_policy: AckPolicy.None,
      inactive_threshold: nanos(keptForMs),
      ...beginning(from),
    });
    return await jetstreamOf(bus).consumers.get(eventStreamName, name);
  } catch (error) {
    throw asBusError(error, `stream ${eventStreamName}`);
  }
}

function beginning(from: ReadFrom) {
  if (from === "start") return { deliver_policy: DeliverPolicy.All };
  if (from === "now") return { deliver_policy: DeliverPolicy.New };
  return { deliver_policy: DeliverPolicy.StartTime, opt_start_time: from.storedSince };
}
