import type { RecordedEvent } from "./event-store.ts";
import { DeliveredEvent } from "./kurrent/delivered-event.ts";

/** What an event says, as JSON in UTF-8: as the log brought it, where it did not come as an object. For who passes it on and
 *  has no need to read it. */
export function dataJson(event: RecordedEvent): Uint8Array {
  return event instanceof DeliveredEvent ? event.dataJson : Buffer.from(JSON.stringify(event.data));
}
