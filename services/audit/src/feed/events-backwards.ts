import type { EventStore, Position, RecordedEvent } from "@rhumbline/event-sourcing";
import { fenceOf, readWriterChanges } from "./fence-at.ts";

/** Events that count, newest first, from the log's present end or from before a position. Those of deposed writers are
 *  left out: they never happened. */
export async function* eventsBackwards(
  store: EventStore,
  { before, streamPrefixes }: { before?: Position | undefined; streamPrefixes: readonly string[] },
): AsyncGenerator<RecordedEvent> {
  // What is appended from now on stays out: whether it counts may depend on a writer's change that is not read here.
  const end = await store.lastPosition();
  const changes = await readWriterChanges(store);
  let fence = fenceOf(changes);
  const from = before === undefined ? {} : { from: before };
  for await (const event of store.readAll({ direction: "backwards", streamPrefixes, ...from })) {
    if (event.position > end) continue;
    while ((changes.at(-1)?.position ?? 0) > event.position) {
      changes.pop();
      fence = fenceOf(changes);
    }
    if (fence.admits(event)) yield event;
  }
}
