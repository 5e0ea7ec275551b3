import { type EventMetadata, type RecordedEvent, splitStream } from "@rhumbline/event-sourcing";
import type { Columns } from "@rhumbline/grpc";
import type { LogEvent } from "@rhumbline/proto/rhumbline/audit/v1/audit_service";

export function toLogEvent(event: RecordedEvent): LogEvent {
  const { position, id, stream, revision, type } = event;
  const { category, id: resourceId } = splitStream(stream);
  // A writer's change carries no more than its time.
  const metadata = event.metadata as Partial<EventMetadata>;
  return {
    position,
    id,
    stream,
    revision,
    type,
    time: metadata.timeMs === undefined ? undefined : new Date(metadata.timeMs),
    projectId: metadata.projectId ?? "",
    kind: category,
    resourceId,
    actor: metadata.actor ?? "",
    requestId: metadata.request?.id ?? "",
    correlationId: metadata.$correlationId ?? "",
    causationId: metadata.$causationId ?? "",
    traceparent: metadata.traceparent ?? "",
    dataJson: JSON.stringify(event.data),
  };
}

/** What events can be filtered by. */
export const columns: Columns<LogEvent> = {
  project_id: ({ projectId }) => projectId,
  kind: ({ kind }) => kind,
  resource_id: ({ resourceId }) => resourceId,
  type: ({ type }) => type,
};
