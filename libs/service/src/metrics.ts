import type { EventStore, Fold, RecordedEvent, Replica } from "@rhumbline/event-sourcing";
import { count, gaugesOnScrape, metrics } from "@rhumbline/telemetry";

/** What every event-sourced service shows of itself: how far it has folded the log, and whether it may write. */
export function exposeServiceGauges<S>({
  store,
  fold,
  replica,
}: {
  store: EventStore;
  fold: Fold<S>;
  replica: Replica;
}): void {
  const { projectionPosition, writer, writerEpoch } = metrics;
  count(metrics.appends, {}, 0);
  count(metrics.appendConflicts, {}, 0);
  gaugesOnScrape([projectionPosition, writer, writerEpoch], (set) => {
    set(projectionPosition, fold.position);
    set(writer, replica.epoch() !== undefined);
    set(writerEpoch, fold.fence.writerOf(replica.service)?.epoch ?? 0);
  });
  exposeLag(metrics.projectionLag, () => firstWaiting(store, fold));
}

/** Shows for how long an event has been waiting in the log, and whether the log could be asked at all.
 *  @param waiting the oldest event that somebody has yet to take; undefined when there is none. */
export function exposeLag(
  lag: typeof metrics.projectionLag | typeof metrics.relayLag,
  waiting: () => Promise<RecordedEvent | undefined>,
): void {
  const { logReachable } = metrics;
  gaugesOnScrape([logReachable, lag], async (set) => {
    // These stand when the log does not answer, or not in time.
    set(logReachable, false);
    set(lag, Number.NaN);
    const event = await waiting();
    const { timeMs = Date.now() } = (event?.metadata ?? {}) as { timeMs?: number };
    set(logReachable, true);
    set(lag, event === undefined ? 0 : Math.max(0, Date.now() - timeMs) / 1000);
  });
}

/** The oldest event that the fold has yet to take. */
export async function firstWaiting(
  store: Pick<EventStore, "readAll">,
  { position: from, streamPrefixes, ignoredTypes }: Pick<Fold<unknown>, "position" | "streamPrefixes" | "ignoredTypes">,
): Promise<RecordedEvent | undefined> {
  for await (const event of store.readAll({ from, streamPrefixes })) if (!ignoredTypes.has(event.type)) return event;
  return undefined;
}
