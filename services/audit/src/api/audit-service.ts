import {
  type EventStore,
  LogUnavailable,
  type Position,
  PositionNotReached,
  WriteRefusedByLog,
} from "@rhumbline/event-sourcing";
import { type Call, type Caller, type MountedService, mount, pageTokens, requirePageSize } from "@rhumbline/grpc";
import {
  AuditServiceService,
  type ListEventsRequest,
  type LogEvent,
  type WatchRequest,
} from "@rhumbline/proto/rhumbline/audit/v1/audit_service";
import { eventsBackwards } from "../feed/events-backwards.ts";
import { fenceAt } from "../feed/fence-at.ts";
import { followLog } from "../feed/follow-log.ts";
import { manyAtATime } from "../feed/many-at-a-time.ts";
import { recordedStreams } from "../feed/recorded-streams.ts";
import type { RelayStatus } from "../relay/relay.ts";
import { parseEventQuery } from "./event-query.ts";
import { toLogEvent } from "./log-event.ts";
import { asSeenBy } from "./seen-events.ts";

/** Answers from the log itself: nothing is kept here that could be behind it. */
export function mountAuditService(store: EventStore, relay: { status(): RelayStatus }): MountedService {
  return mount(AuditServiceService, {
    async *watch(request, call) {
      try {
        for await (const event of watchedEvents(store, request, call)) yield { event };
      } catch (error) {
        throw asRefusal(error);
      }
    },
    listEvents: (request, { caller }) =>
      listEvents(store, request, caller).catch((error: unknown) => {
        throw asRefusal(error);
      }),
    async getRelayStatus() {
      const logPosition = await lastRecorded(store).catch((error: unknown) => {
        throw asRefusal(error);
      });
      return { ...relay.status(), logPosition };
    },
  });
}

async function* watchedEvents(
  store: EventStore,
  { afterPosition, fromStart, filter, stopAtEnd }: WatchRequest,
  { caller, signal }: Pick<Call, "caller" | "signal">,
): AsyncGenerator<LogEvent> {
  const { matches, streamPrefixes } = parseEventQuery(filter, caller);
  const end = await store.lastPosition();
  if (afterPosition > end) throw new PositionNotReached(afterPosition, end);
  const after = afterPosition === 0 && !fromStart ? end : afterPosition;
  const fence = await fenceAt(store, after);
  const lists = stopAtEnd
    ? manyAtATime(store.readAll({ from: after, streamPrefixes }))
    : followLog(store, { after, streamPrefixes }, signal);
  for await (const events of lists) {
    for (const event of events) {
      if (stopAtEnd && event.position > end) return;
      if (!fence.admits(event)) continue;
      const logEvent = toLogEvent(event);
      if (matches(logEvent)) yield asSeenBy(caller, logEvent);
    }
  }
}

/** A page ends here though it isn't full, so that a filter that matches little does not hold its caller up. */
const maxScannedForPage = 20_000;

async function listEvents(
  store: EventStore,
  { pageSize, pageToken, filter, minPosition }: ListEventsRequest,
  caller: Caller,
) {
  const { matches, streamPrefixes } = parseEventQuery(filter, caller);
  const size = requirePageSize(pageSize);
  const tokens = pageTokens<Position>([filter]);
  const before = tokens.parse(pageToken);
  const position = await store.lastPosition();
  if (minPosition > position) throw new PositionNotReached(minPosition, position);
  const events: LogEvent[] = [];
  let scanned = 0;
  let last: Position | undefined;
  for await (const event of eventsBackwards(store, { before, streamPrefixes })) {
    if (last !== undefined && (events.length === size || scanned === maxScannedForPage))
      return { events, nextPageToken: tokens.format(last), position };
    scanned += 1;
    last = event.position;
    const logEvent = toLogEvent(event);
    if (matches(logEvent)) events.push(asSeenBy(caller, logEvent));
  }
  return { events, nextPageToken: "", position };
}

/** Position of the last event that is to be published; 0 for none. */
async function lastRecorded(store: EventStore): Promise<Position> {
  for await (const event of eventsBackwards(store, { streamPrefixes: recordedStreams })) return event.position;
  return 0;
}

const asRefusal = (error: unknown): unknown => (error instanceof LogUnavailable ? new WriteRefusedByLog(error) : error);
