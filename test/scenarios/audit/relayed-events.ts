import { jetstreamManager } from "@nats-io/jetstream";
import { type Bus, type CloudEvent, decodeCloudEvent, eventStreamName } from "@rhumbline/messaging";

export interface RelayedEvent extends CloudEvent {
  readonly natsSubject: string;
}

/** All that EVENTS holds, in its order; nothing where there is no stream. */
export async function relayedEvents(bus: Bus): Promise<RelayedEvent[]> {
  const { streams } = await jetstreamManager(bus.nats(), { checkAPI: false });
  const { state } = await streams.info(eventStreamName);
  const events: RelayedEvent[] = [];
  for (let seq = state.first_seq; state.messages > 0 && seq <= state.last_seq; seq++) {
    const message = await streams.getMessage(eventStreamName, { seq });
    if (message === null) continue;
    const event = decodeCloudEvent((name) => message.header.get(name), message.data);
    events.push({ ...event, natsSubject: message.subject });
  }
  return events;
}

export async function deleteEventStream(bus: Bus): Promise<void> {
  await (await jetstreamManager(bus.nats())).streams.delete(eventStreamName);
}
