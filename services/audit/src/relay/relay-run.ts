import type { EventMetadata, EventStore, Position, RecordedEvent } from "@rhumbline/event-sourcing";
import { type EventStream, WrongRevision } from "@rhumbline/messaging";
import { fenceAt } from "../feed/fence-at.ts";
import { followLog } from "../feed/follow-log.ts";
import { recordedStreams } from "../feed/recorded-streams.ts";
import { wait } from "../feed/wait.ts";
import { PublishLane } from "./publish-lane.ts";
import { findEnd } from "./resume.ts";

export interface RelayRun {
  readonly store: EventStore;
  readonly stream: EventStream;
  /** How long EVENTS keeps an event. */
  readonly maxAgeMs: number;
  /** Told of the position up to which the bus has all that it is to have, as that changes. */
  advanced(position: Position): void;
  logUnavailable(cause: Error): void;
}

const checkEveryMs = 2_000;
/** Nobody's call waits for an event on the bus. A call leads to several, and each that comes alone wakes the relay, the bus, and the
 *  relay for the bus's answer. */
const intervalMs = 20;

/** Publishes what the log has beyond the end of EVENTS, then what comes, until the signal aborts or something breaks.
 *  @throws what broke. */
export async function relayFromEnd(run: RelayRun, stopping: AbortSignal): Promise<void> {
  const { store, stream, advanced } = run;
  const end = await findEnd(store, stream);
  const after = end.lastEvent?.sequence ?? 0;
  const fence = await fenceAt(store, after);
  const lane = new PublishLane(stream, end, advanced);
  const ended = new AbortController();
  const signal = AbortSignal.any([stopping, lane.broken, ended.signal]);
  const watching = watchEnd(lane, signal).catch((error: unknown) => ended.abort(error));
  const oldest = end.lastEvent === undefined ? Date.now() - run.maxAgeMs : 0;
  const following = { after, streamPrefixes: recordedStreams, intervalMs, unavailable: run.logUnavailable };
  let previous = after;
  advanced(after);
  try {
    for await (const events of followLog(store, following, signal)) {
      for (const event of events) {
        if (!fence.admits(event)) continue;
        if (lane.full) await lane.room();
        if (signal.aborted) break;
        // An empty EVENTS begins with what it would still keep: a subscriber that knew more sees the gap in `previous`.
        if (timeOf(event) < oldest) advanced(event.position);
        else lane.publish(event, previous);
        previous = event.position;
      }
    }
  } finally {
    ended.abort();
    await watching;
    await lane.settled();
  }
  if (!stopping.aborted) signal.throwIfAborted();
}

/** Notices that EVENTS was deleted, or filled by another relay, while there is nothing to publish. */
async function watchEnd(lane: PublishLane, signal: AbortSignal): Promise<void> {
  for (;;) {
    await wait(checkEveryMs, signal);
    if (signal.aborted) return;
    if (!(await lane.isAtEnd())) throw new WrongRevision("stream EVENTS", lane.storedSequence);
  }
}

const timeOf = ({ metadata }: RecordedEvent): number => (metadata as Partial<EventMetadata>).timeMs ?? 0;
