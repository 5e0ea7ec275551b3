import type { ReadReq_Options } from "@rhumbline/proto/kurrent/streams";
import type { ReadAllOptions, ReadStreamOptions, RecordedEvent } from "../event-store.ts";
import { LogUnavailable, StreamDeleted } from "../event-store-errors.ts";
import { MessageCutter } from "./grpc-frames.ts";
import { openRead, readAllOptions, readStreamOptions } from "./read-call.ts";
import { isOfTheServer, readDelivered } from "./read-response.ts";
import type { Delivered } from "./recorded-event.ts";
import { inSlices } from "./slices.ts";

// Reads by the protocol's own RPC, each on a connection that goes with it. The official client leaves a call open where its
// reader leaves early: what nobody takes of it any more fills the window of all the client's calls, and the server's memory
// until that refuses new ones.

/** @param endpoint "http://127.0.0.1:2113". */
export async function* readStream(
  endpoint: string,
  stream: string,
  { maxCount = Number.MAX_SAFE_INTEGER, ...range }: ReadStreamOptions = {},
): AsyncGenerator<RecordedEvent> {
  if (maxCount === 0) return;
  for await (const { event } of deliveredBy(endpoint, readStreamOptions(stream, { ...range, maxCount }), stream)) {
    if (event !== undefined) yield event;
  }
}

/** @param endpoint as above. */
export function readAll(
  endpoint: string,
  { direction, streamPrefixes, ...range }: ReadAllOptions = {},
): AsyncGenerator<RecordedEvent> {
  return inSlices(range, (from, count) =>
    deliveredBy(endpoint, readAllOptions({ from, direction, streamPrefixes, count })),
  );
}

/** As it comes, and no faster than it is taken.
 *  @param stream that is read, if it is one. */
async function* deliveredBy(endpoint: string, options: ReadReq_Options, stream = ""): AsyncGenerator<Delivered> {
  let broken: Error | undefined;
  const call = openRead(endpoint, options, (cause) => {
    broken = cause;
  });
  const cutter = new MessageCutter();
  try {
    for await (const chunk of call.stream) {
      const messages: Buffer[] = [];
      cutter.cut(chunk, (message) => messages.push(message));
      for (const message of messages) {
        const event = readDelivered(message);
        if (event !== undefined) yield { position: event.position, event: isOfTheServer(event) ? undefined : event };
      }
    }
  } catch (cause) {
    throw cause instanceof LogUnavailable ? cause : new LogUnavailable((broken ?? (cause as Error)).message, { cause });
  } finally {
    call.close();
  }
  const { code, words, exception } = call.status();
  if (exception === "stream-deleted") throw new StreamDeleted(stream);
  if (code !== 0) throw new LogUnavailable(`it ended a read with status ${code}: ${words}`);
}
