import {
  BACKWARDS,
  END,
  FORWARDS,
  type KurrentDBClient,
  START,
  StreamDeletedError,
  StreamNotFoundError,
} from "@kurrent/kurrentdb-client";
import type { ReadAllOptions, ReadStreamOptions, RecordedEvent } from "../event-store.ts";
import { LogUnavailable, StreamDeleted } from "../event-store-errors.ts";
import { filterFor } from "./filter.ts";
import { delivered } from "./recorded-event.ts";

export async function* readStream(
  client: KurrentDBClient,
  stream: string,
  { from, direction = FORWARDS, maxCount = Number.MAX_SAFE_INTEGER }: ReadStreamOptions = {},
): AsyncGenerator<RecordedEvent> {
  if (maxCount === 0) return;
  const fromRevision = from !== undefined ? BigInt(from) : direction === FORWARDS ? START : END;
  try {
    for await (const resolved of client.readStream(stream, { fromRevision, direction, maxCount })) {
      const { event } = delivered(resolved);
      if (event !== undefined) yield event;
    }
  } catch (cause) {
    if (cause instanceof StreamNotFoundError) return;
    if (cause instanceof StreamDeletedError) throw new StreamDeleted(stream);
    throw unavailable(cause);
  }
}

export async function readLastOf(client: KurrentDBClient, stream: string): Promise<RecordedEvent | undefined> {
  for await (const event of readStream(client, stream, { direction: BACKWARDS, maxCount: 1 })) return event;
  return undefined;
}

/** Asks again while the server's own events took up the count. */
export async function* readAll(
  client: KurrentDBClient,
  { from = 0, direction = FORWARDS, maxCount = Number.MAX_SAFE_INTEGER, streamPrefixes }: ReadAllOptions = {},
): AsyncGenerator<RecordedEvent> {
  const filter = filterFor(streamPrefixes);
  let left = maxCount;
  let last = from;
  try {
    while (left > 0) {
      // Forwards the server begins with the event at the position itself, which is not asked for: hence one more.
      const asked = Math.min(left + 1, Number.MAX_SAFE_INTEGER);
      const fromPosition =
        last > 0 ? { commit: BigInt(last), prepare: BigInt(last) } : direction === FORWARDS ? START : END;
      let received = 0;
      for await (const resolved of client.readAll({ fromPosition, direction, maxCount: asked, filter })) {
        const { position, event } = delivered(resolved);
        received += 1;
        const wanted = event !== undefined && position !== last;
        last = position;
        if (!wanted) continue;
        yield event;
        left -= 1;
        if (left === 0) return;
      }
      if (received < asked) return;
    }
  } catch (cause) {
    throw unavailable(cause);
  }
}

function unavailable(cause: unknown): LogUnavailable {
  return new LogUnavailable(cause instanceof Error ? cause.message : String(cause), { cause });
}
