import type { EventStore, Position, RecordedEvent } from "@rhumbline/event-sourcing";
import { exposeLag } from "@rhumbline/service";
import { gaugesOnScrape, metrics } from "@rhumbline/telemetry";
import { fenceAt } from "../feed/fence-at.ts";
import { recordedStreams } from "../feed/recorded-streams.ts";
import type { Relay } from "./relay.ts";

/** Shows how far NATS is behind the log. */
export function exposeRelayGauges(store: EventStore, relay: Pick<Relay, "status">): void {
  const { relayPosition, relayBusConnected } = metrics;
  gaugesOnScrape([relayPosition, relayBusConnected], (set) => {
    const { publishedPosition, busConnected } = relay.status();
    set(relayPosition, publishedPosition);
    set(relayBusConnected, busConnected);
  });
  exposeLag(metrics.relayLag, () => firstUnpublished(store, relay.status().publishedPosition));
}

/** What a deposed writer appended is never published, so nobody waits for it. */
async function firstUnpublished(store: EventStore, after: Position): Promise<RecordedEvent | undefined> {
  const fence = await fenceAt(store, after);
  for await (const event of store.readAll({ from: after, streamPrefixes: recordedStreams })) {
    if (fence.admits(event)) return event;
  }
  return undefined;
}
