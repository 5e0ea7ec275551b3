import { splitStream } from "@rhumbline/event-sourcing";
import { type Caller, filterTerms, parseFilter } from "@rhumbline/grpc";
import type { LogEvent } from "@rhumbline/proto/rhumbline/audit/v1/audit_service";
import { recordedStreams, writerStreams } from "../feed/recorded-streams.ts";
import { columns } from "./log-event.ts";
import { seenStreams, seesEvent } from "./seen-events.ts";

export interface EventQuery {
  matches(event: LogEvent): boolean;
  /** All that need be read from the log to answer it. May bring more than what matches. */
  readonly streamPrefixes: readonly string[];
}

/** @param caller sees no other events than those of his project, unless he is an administrator.
 *  @throws {InvalidFields} */
export function parseEventQuery(filter: string, caller: Caller): EventQuery {
  const passes = parseFilter(filter, columns);
  const matches = (event: LogEvent): boolean => seesEvent(caller, event) && passes(event);
  const equals = (field: string): string | undefined =>
    filterTerms(filter, Object.keys(columns)).find((term) => term.field === field && term.operator === "=")?.value;
  const kind = equals("kind");
  const id = equals("resource_id") ?? "";
  const wanted = seenStreams(caller, recordedStreams).filter(
    (prefix) => kind === undefined || splitStream(prefix).category === kind,
  );
  const narrowed = wanted.map((prefix) => (prefix.endsWith("-") ? prefix + id : prefix));
  return { matches, streamPrefixes: [...new Set([...writerStreams, ...narrowed])] };
}
