import { type EventMetadata, ownerOf, type RecordedEvent, splitStream } from "@rhumbline/event-sourcing";
import { type CloudEventAttributes, eventSubject } from "@rhumbline/messaging";

/** An event of the log as subscribers get it, beside what it says. */
export function attributesOf(
  event: RecordedEvent,
  { previous, traceparent }: Pick<CloudEventAttributes, "previous" | "traceparent">,
): CloudEventAttributes {
  // A writer's change carries no more than its time.
  const metadata = event.metadata as Partial<EventMetadata>;
  return {
    id: event.id,
    source: `/rhumbline/${serviceOf(event)}`,
    type: event.type,
    subject: event.stream,
    timeMs: metadata.timeMs ?? 0,
    sequence: event.position,
    previous,
    partitionKey: event.stream,
    correlationId: metadata.$correlationId ?? "",
    causationId: metadata.$causationId ?? "",
    authId: metadata.actor ?? "",
    traceparent,
  };
}

/** Where it is published: `rhumbline.evt.<project>.<kind>.<id>.<EventType>`. */
export function subjectOf(event: RecordedEvent): string {
  const { category, id } = splitStream(event.stream);
  const { projectId } = event.metadata as Partial<EventMetadata>;
  return eventSubject({ projectId, kind: category, id, eventType: event.type });
}

/** `writer-<service>` is the service's own, though no epoch guards it. */
const serviceOf = ({ stream }: RecordedEvent): string => ownerOf(stream) ?? splitStream(stream).id;
