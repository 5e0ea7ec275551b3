import {
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
import { inSlices } from "./slices.ts";

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

export async function* readAll(
  client: KurrentDBClient,
  { direction = FORWARDS, streamPrefixes, ...range }: ReadAllOptions = {},
): AsyncGenerator<RecordedEvent> {
  const filter = filterFor(streamPrefixes);
  const edge = direction === FORWARDS ? START : END;
  try {
    yield* inSlices(range, async function* (from, maxCount) {
      const fromPosition = from > 0 ? { commit: BigInt(from), prepare: BigInt(from) } : edge;
      for await (const resolved of client.readAll({ fromPosition, direction, maxCount, filter }))
        yield delivered(resolved);
    });
  } catch (cause) {
    throw unavailable(cause);
  }
}

function unavailable(cause: unknown): LogUnavailable {
  return new LogUnavailable(cause instanceof Error ? cause.message : String(cause), { cause });
}
