import type { ResolvedEvent } from "@kurrent/kurrentdb-client";
import type { RecordedEvent } from "../event-store.ts";

type ClientEvent = NonNullable<ResolvedEvent["event"]>;

/** What the client delivered, and where it stands; `event` is undefined for an event of the server's own. */
export interface Delivered {
  readonly position: number;
  readonly event: RecordedEvent | undefined;
}

export function delivered({ event, commitPosition }: ResolvedEvent): Delivered {
  const position = Number(event?.position?.commit ?? commitPosition);
  if (!Number.isSafeInteger(position)) throw new Error("the log delivered an event without its position");
  if (event === undefined || isSystem(event)) return { position, event: undefined };
  const { id, type, data, metadata, streamId, revision } = event;
  return { position, event: { id, type, data, metadata, stream: streamId, revision: Number(revision), position } };
}

/** Metadata, links, tombstones and statistics lie in $all like any event, some of them in streams of ours. */
function isSystem({ type, streamId }: ClientEvent): boolean {
  return type.startsWith("$") || streamId.startsWith("$");
}
