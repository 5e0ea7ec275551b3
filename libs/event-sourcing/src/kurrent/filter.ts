import { excludeSystemEvents, type Filter, streamNameFilter } from "@kurrent/kurrentdb-client";

/** How many events the server considers before it says how far it is. More would delay that, fewer would make it chatter. */
export const maxSearchWindow = 1_000;

export function filterFor(streamPrefixes: readonly string[] | undefined): Filter {
  if (streamPrefixes === undefined) return excludeSystemEvents({ maxSearchWindow });
  // No prefix, no stream. The server takes no empty list; no stream's name is empty.
  if (streamPrefixes.length === 0) return streamNameFilter({ regex: "^$", maxSearchWindow });
  return streamNameFilter({ prefixes: [...streamPrefixes], maxSearchWindow });
}
