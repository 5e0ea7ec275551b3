import { DeliverPolicy, jetstream } from "@nats-io/jetstream";
import type { Bus } from "../bus/bus.ts";
import { asBusError } from "../bus/nats-errors.ts";
import { type CloudEvent, decodeCloudEvent } from "./cloud-event.ts";
import { eventStreamName } from "./event-stream.ts";

export interface DeliveredEvent {
  /** Where it was published: `rhumbline.evt.<project>.<kind>.<id>.<EventType>`. */
  readonly subject: string;
  readonly event: CloudEvent;
}

/** What EVENTS holds under a subject (wildcards `*` and `>`), then what comes, until the signal aborts.
 *  @param from "start" of what EVENTS still keeps, or "now".
 *  @param stopAtEnd ends with what EVENTS holds at present.
 *  @throws {BusUnavailable} no connection, or no stream.
 *  @throws {MalformedMessage} something that is no event was published under the subject. */
export async function* readEvents(
  bus: Bus,
  { subject, from, stopAtEnd }: { subject: string; from: "start" | "now"; stopAtEnd: boolean },
  signal: AbortSignal,
): AsyncGenerator<DeliveredEvent> {
  const consumer = await jetstream(bus.nats())
    .consumers.get(eventStreamName, {
      filter_subjects: subject,
      deliver_policy: from === "start" ? DeliverPolicy.All : DeliverPolicy.New,
    })
    .catch((error: unknown) => {
      throw asBusError(error, `stream ${eventStreamName}`);
    });
  if (stopAtEnd && (await consumer.info()).num_pending === 0) return;
  const messages = await consumer.consume();
  const stop = (): void => messages.stop();
  signal.addEventListener("abort", stop);
  try {
    for await (const message of messages) {
      if (signal.aborted) return;
      const event = decodeCloudEvent((name) => message.headers?.get(name), message.data);
      yield { subject: message.subject, event };
      if (stopAtEnd && message.info.pending === 0) return;
    }
  } finally {
    signal.removeEventListener("abort", stop);
    messages.stop();
  }
}
