import type { LogEvent } from "@rhumbline/proto/rhumbline/audit/v1/audit_service";
import { equalTo } from "../resource/name-or-id.ts";
import type { Resource } from "../resource/resource.ts";
import type { Session } from "../session/session.ts";
import { type FieldChange, foldChanges } from "./field-changes.ts";
import { type NodeWork, workFor } from "./node-work.ts";

/** One thing that happened to a resource: an event of its own, or what a node did for it. */
export interface Entry {
  readonly event: LogEvent;
  readonly changes: readonly FieldChange[];
  readonly work: NodeWork | undefined;
}

/** All that happened to a resource, in the log's order. */
export async function entriesOf(session: Session, resource: Resource<unknown>, id: string): Promise<Entry[]> {
  const own = await eventsOf(session, resource, id);
  const first = own[0];
  if (first === undefined) return [];
  const changes = foldChanges(
    own.map(({ type, dataJson }) => ({ type, data: JSON.parse(dataJson) as object as Data })),
  );
  const told = own.map((event, i): Entry => ({ event, changes: changes[i] ?? [], work: undefined }));
  if (resource.kind === undefined) return told;
  const reports = await collect(session, 'kind = "realised" AND type = "NodeChangesApplied"', first.position);
  const done = reports.flatMap((event): Entry[] => {
    const work = workFor(desiredKey(resource, id), JSON.parse(event.dataJson));
    return work === undefined ? [] : [{ event, changes: [], work }];
  });
  return [...told, ...done].sort((a, b) => a.event.position - b.event.position);
}

type Data = Readonly<Record<string, unknown>>;

/** As nodes name it: its noun, without dashes. */
const desiredKey = ({ noun }: Resource<unknown>, id: string): string => `${noun.replaceAll("-", "")}.${id}`;

async function eventsOf(session: Session, { toldIn, field }: Resource<unknown>, id: string): Promise<LogEvent[]> {
  if (toldIn === undefined) return collect(session, equalTo("resource_id", id), 0);
  const events = await collect(session, equalTo("kind", toldIn), 0);
  return events.filter(({ dataJson }) => {
    const data = JSON.parse(dataJson) as Data;
    const whole = data[field] as Data | undefined;
    return data[`${field}Id`] === id || whole?.["id"] === id;
  });
}

/** Every event to the present end of the log that the filter lets through. */
export async function collect({ audit }: Session, filter: string, afterPosition: number): Promise<LogEvent[]> {
  const events: LogEvent[] = [];
  const request = { afterPosition, fromStart: afterPosition === 0, filter, stopAtEnd: true };
  for await (const { event } of audit.watch(request)) if (event !== undefined) events.push(event);
  return events;
}
