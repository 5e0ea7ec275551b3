import { type EventMetadata, type EventStore, splitStream } from "@rhumbline/event-sourcing";
import { inSpan } from "@rhumbline/telemetry";

/** The same store, whose appends each run in a span: in one of every request whose events they carry, since commands that
 *  wait together share an append. */
export function tracedStore(store: EventStore): EventStore {
  return {
    ...store,
    append(stream, expected, events) {
      const name = `append ${splitStream(stream).category}`;
      const attributes = { stream, events: events.length };
      const parents = new Set(events.flatMap(({ metadata }) => (metadata as EventMetadata).traceparent ?? []));
      let append = () => store.append(stream, expected, events);
      for (const parent of parents) {
        const inner = append;
        append = () => inSpan(name, { role: "client", parent, attributes }, inner);
      }
      return append();
    },
  };
}
