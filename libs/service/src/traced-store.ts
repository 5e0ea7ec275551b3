import { type EventMetadata, type EventStore, type NewEvent, splitStream } from "@rhumbline/event-sourcing";
import { inSpan, isTracing } from "@rhumbline/telemetry";

/** The same store, whose appends each run in a span: in one of every request whose events they carry, since commands that
 *  wait together share an append. */
export function tracedStore(store: EventStore): EventStore {
  return {
    ...store,
    append: (stream, expected, events) => traced([stream], events, () => store.append(stream, expected, events)),
    appendTogether(appends) {
      const streams = appends.map(({ stream }) => stream);
      const events = appends.flatMap((append) => append.events);
      return traced(streams, events, () => store.appendTogether(appends));
    },
  };
}

function traced<T>(streams: readonly string[], events: readonly NewEvent[], append: () => Promise<T>): Promise<T> {
  if (!isTracing()) return append();
  const name = `append ${streams.map((stream) => splitStream(stream).category).join(", ")}`;
  const attributes = { stream: streams.join(" "), events: events.length };
  const parents = new Set(events.flatMap(({ metadata }) => (metadata as EventMetadata).traceparent ?? []));
  let traced = append;
  for (const parent of parents) {
    const inner = traced;
    traced = () => inSpan(name, { role: "client", parent, attributes }, inner);
  }
  return traced();
}
