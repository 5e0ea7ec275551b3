import type { EventStore } from "@rhumbline/event-sourcing";

/** Has whoever appends to streams of that prefix, be it to others too, do something first.
 *  @returns puts the store back as it was. */
export function beforeAppend(store: EventStore, prefix: string, act: () => Promise<void>): () => void {
  const { append, appendTogether } = store;
  store.append = async (stream, ...rest) => {
    if (stream.startsWith(prefix)) await act();
    return append(stream, ...rest);
  };
  store.appendTogether = async (appends) => {
    if (appends.some(({ stream }) => stream.startsWith(prefix))) await act();
    return appendTogether(appends);
  };
  return () => {
    store.append = append;
    store.appendTogether = appendTogether;
  };
}
