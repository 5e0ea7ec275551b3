import type { ReadAllOptions, RecordedEvent } from "../event-store.ts";
import type { Delivered } from "./recorded-event.ts";

/** How many events are asked for at first, and at the most: most readers take one, or all. What is asked for and not taken
 *  is work for nothing, and a client may keep it. */
const [firstSlice, lastSlice] = [64, 8_192];

/** Reads $all by one call after the other. The server's own events count towards what is asked for.
 *  @param read so many events from a position on, which is delivered too or is not; 0 is the start, or the end backwards. */
export async function* inSlices(
  { from = 0, maxCount = Number.MAX_SAFE_INTEGER }: Pick<ReadAllOptions, "from" | "maxCount">,
  read: (from: number, count: number) => AsyncIterable<Delivered>,
): AsyncGenerator<RecordedEvent> {
  let left = maxCount;
  let last = from;
  for (let slice = firstSlice; left > 0; slice = Math.min(slice * 2, lastSlice)) {
    // Forwards the server begins with the event at the position itself, which is not asked for: hence one more.
    const count = Math.min(left + 1, slice);
    let received = 0;
    for await (const { position, event } of read(last, count)) {
      received += 1;
      const wanted = event !== undefined && position !== last;
      last = position;
      if (!wanted) continue;
      yield event;
      left -= 1;
      if (left === 0) return;
    }
    if (received < count) return;
  }
}
