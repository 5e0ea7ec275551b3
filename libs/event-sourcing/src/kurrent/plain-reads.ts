import type { ReadReq_Options } from "@rhumbline/proto/kurrent/streams";
import type { ReadAllOptions, ReadStreamOptions, RecordedEvent } from "../event-store.ts";
import { LogUnavailable, StreamDeleted } from "../event-store-errors.ts";
import { MessageCutter } from "./grpc-frames.ts";
import type { SharedConnection } from "./plain-session.ts";
import { ask, readAllOptions, readMethod, readStreamOptions } from "./read-call.ts";
import { isOfTheServer, readDelivered } from "./read-response.ts";
import type { Delivered } from "./recorded-event.ts";
import { inSlices } from "./slices.ts";

// Reads by the protocol's own RPC, on one connection for all. The official client leaves a call open where its reader leaves
// early: what nobody takes of it any more fills the window of all the client's calls, and the server's memory until that
// refuses new ones. Here a call ends with its reader.

export async function* readStream(
  connection: SharedConnection,
  stream: string,
  { maxCount = Number.MAX_SAFE_INTEGER, ...range }: ReadStreamOptions = {},
): AsyncGenerator<RecordedEvent> {
  if (maxCount === 0) return;
  for await (const { event } of deliveredBy(connection, readStreamOptions(stream, { ...range, maxCount }), stream)) {
    if (event !== undefined) yield event;
  }
}

export function readAll(
  connection: SharedConnection,
  { direction, streamPrefixes, ...range }: ReadAllOptions = {},
): AsyncGenerator<RecordedEvent> {
  return inSlices(range, (from, count) =>
    deliveredBy(connection, readAllOptions({ from, direction, streamPrefixes, count })),
  );
}

/** As it comes, and no faster than it is taken.
 *  @param stream that is read, if it is one. */
async function* deliveredBy(
  connection: SharedConnection,
  options: ReadReq_Options,
  stream = "",
): AsyncGenerator<Delivered> {
  let broken: Error | undefined;
  let begun = false;
  const { call, reused } = connection.call(readMethod, (cause) => {
    broken = cause;
  });
  ask(call, options);
  const cutter = new MessageCutter();
  try {
    for await (const chunk of call.stream.iterator({ destroyOnReturn: false })) {
      begun = true;
      const messages: Buffer[] = [];
      cutter.cut(chunk, (message) => messages.push(message));
      for (const message of messages) {
        const event = readDelivered(message);
        if (event !== undefined) yield { position: event.position, event: isOfTheServer(event) ? undefined : event };
      }
    }
  } catch (cause) {
    if (cause instanceof LogUnavailable) throw cause;
    if (broken === undefined || begun || !reused)
      throw new LogUnavailable((broken ?? (cause as Error)).message, { cause });
  } finally {
    call.close();
  }
  // The connection had ended before the read was asked for: a server that was started again is asked on a new one.
  if (broken !== undefined) return yield* deliveredBy(connection, options, stream);
  const { code, words, exception } = call.status();
  if (exception === "stream-deleted") throw new StreamDeleted(stream);
  if (code !== 0) throw new LogUnavailable(`it ended a read with status ${code}: ${words}`);
}
