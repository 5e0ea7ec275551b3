import type { LogEvent } from "@rhumbline/proto/rhumbline/audit/v1/audit_service";
import { equalTo } from "../resource/name-or-id.ts";
import type { Session } from "../session/session.ts";
import { type FieldChange, foldChanges } from "./field-changes.ts";
import { type NodeWork, workFor } from "./node-work.ts";

/** One thing that happened to a resource: an event of its own, or what a node did for it. */
export interface Entry {
  readonly event: LogEvent;
  readonly changes: readonly FieldChange[];
  readonly work: NodeWork | undefined;
}

/** All that happened to a resource, in the log's order.
 *  @param desiredKind as keys of desired state have it; undefined for what no node realises. */
export async function entriesOf(session: Session, id: string, desiredKind: string | undefined): Promise<Entry[]> {
  const own = await collect(session, equalTo("resource_id", id), 0);
  const first = own[0];
  if (first === undefined) return [];
  const changes = foldChanges(
    own.map(({ type, dataJson }) => ({ type, data: JSON.parse(dataJson) as object as Data })),
  );
  const told = own.map((event, i): Entry => ({ event, changes: changes[i] ?? [], work: undefined }));
  if (desiredKind === undefined) return told;
  const reports = await collect(session, 'kind = "realised" AND type = "NodeChangesApplied"', first.position);
  const done = reports.flatMap((event): Entry[] => {
    const work = workFor(`${desiredKind}.${id}`, JSON.parse(event.dataJson));
    return work === undefined ? [] : [{ event, changes: [], work }];
  });
  return [...told, ...done].sort((a, b) => a.event.position - b.event.position);
}

type Data = Readonly<Record<string, unknown>>;

/** Every event to the present end of the log that the filter lets through. */
export async function collect({ audit }: Session, filter: string, afterPosition: number): Promise<LogEvent[]> {
  const events: LogEvent[] = [];
  const request = { afterPosition, fromStart: afterPosition === 0, filter, stopAtEnd: true };
  for await (const { event } of audit.watch(request)) if (event !== undefined) events.push(event);
  return events;
}
