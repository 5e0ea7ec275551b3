import type { RecordedEvent } from "@rhumbline/event-sourcing";

/** Of a long read no more is held than this. */
const most = 256;

/** Events that are read one by one, in lists: who passes them on waits once for each list. */
export async function* manyAtATime(events: AsyncIterable<RecordedEvent>): AsyncGenerator<readonly RecordedEvent[]> {
  let read: RecordedEvent[] = [];
  for await (const event of events) {
    read.push(event);
    if (read.length < most) continue;
    yield read;
    read = [];
  }
  if (read.length > 0) yield read;
}
