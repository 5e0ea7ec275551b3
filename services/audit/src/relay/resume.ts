import type { EventStore } from "@rhumbline/event-sourcing";
import { BusUnavailable, type CloudEvent, type EventStream, type EventStreamEnd } from "@rhumbline/messaging";

/** EVENTS was filled from another log, or from a part of this one that is lost. */
class ForeignEvents extends Error {
  override readonly name = "ForeignEvents";

  constructor({ id, type, subject, sequence }: CloudEvent) {
    super(
      `stream EVENTS ends with ${type} of ${subject} at position ${sequence} (event ${id}), which this log does not have: ` +
        "it was filled from another log; delete the stream (nats stream rm EVENTS) to have it filled from this one",
    );
  }
}

/** Where EVENTS ends, which is where the relay goes on: it remembers nothing itself.
 *  @throws {ForeignEvents}
 *  @throws {BusUnavailable} */
export async function findEnd(store: EventStore, stream: EventStream): Promise<EventStreamEnd> {
  await stream.ensure();
  const end = await stream.end();
  if (end === undefined) throw new BusUnavailable("stream EVENTS was deleted as soon as it was made");
  if (end.lastEvent !== undefined && !(await isInLog(store, end.lastEvent))) throw new ForeignEvents(end.lastEvent);
  return end;
}

async function isInLog(store: EventStore, { id, subject, sequence }: CloudEvent): Promise<boolean> {
  for await (const event of store.readStream(subject, { direction: "backwards" })) {
    if (event.position <= sequence) return event.position === sequence && event.id === id;
  }
  return false;
}
