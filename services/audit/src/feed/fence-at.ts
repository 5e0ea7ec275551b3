import { createFence, type EventStore, type Fence, type Position, type RecordedEvent } from "@rhumbline/event-sourcing";
import { writerStreams } from "./recorded-streams.ts";

/** Who may write as of a position, for a reader that begins behind it. */
export async function fenceAt(store: EventStore, position: Position): Promise<Fence> {
  return fenceOf((await readWriterChanges(store)).filter((change) => change.position <= position));
}

/** All changes of writers, in log order. */
export async function readWriterChanges(store: EventStore): Promise<RecordedEvent[]> {
  const changes: RecordedEvent[] = [];
  for (const stream of writerStreams) {
    for await (const event of store.readStream(stream)) changes.push(event);
  }
  return changes.sort((a, b) => a.position - b.position);
}

export function fenceOf(changes: readonly RecordedEvent[]): Fence {
  const fence = createFence();
  for (const change of changes) fence.admits(change);
  return fence;
}
