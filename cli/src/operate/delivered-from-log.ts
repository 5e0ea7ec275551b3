import { ownerOf, splitStream } from "@rhumbline/event-sourcing";
import { type DeliveredEvent, eventSubject } from "@rhumbline/messaging";
import type { LogEvent } from "@rhumbline/proto/rhumbline/audit/v1/audit_service";

/** An event of the log as the bus would have brought it.
 *  @param previous position of the one before it. */
export function deliveredFromLog(event: LogEvent, previous: number): Omit<DeliveredEvent, "storedAt"> {
  const { projectId, kind, resourceId, type, stream } = event;
  return {
    subject: eventSubject({ projectId, kind, id: resourceId, eventType: type }),
    event: {
      id: event.id,
      source: `/rhumbline/${ownerOf(stream) ?? splitStream(stream).id}`,
      type,
      subject: stream,
      timeMs: event.time?.getTime() ?? 0,
      sequence: event.position,
      previous,
      partitionKey: stream,
      correlationId: event.correlationId,
      causationId: event.causationId,
      authId: event.actor,
      traceparent: event.traceparent,
      data: JSON.parse(event.dataJson) as unknown,
    },
  };
}
