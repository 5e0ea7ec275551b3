import { connect } from "node:http2";
import { ReadReq } from "@rhumbline/proto/kurrent/streams";
import type { RecordedEvent, ReplayOptions } from "../event-store.ts";
import { LogUnavailable } from "../event-store-errors.ts";
import { framed, MessageCutter } from "./grpc-frames.ts";
import { readRecorded } from "./read-response.ts";

const method = "/event_store.client.streams.Streams/Read";
/** How many events the server looks at for one that is wanted before it says how far it is. */
const maxSearchWindow = 1_000;
const streamWindowBytes = 8 << 20;
const connectionWindowBytes = 16 << 20;

/** Reads $all by the protocol's own RPC, three times as fast as the official client does: one call, decoded where it lies.
 *  @param endpoint "http://127.0.0.1:2113".
 *  @throws {LogUnavailable} */
export async function replay(
  endpoint: string,
  { from = 0, streamPrefixes }: ReplayOptions,
  take: (event: RecordedEvent) => void,
): Promise<void> {
  const session = connect(endpoint, { settings: { initialWindowSize: streamWindowBytes } });
  // A session that breaks ends its call with the same error, which is told from there.
  session.on("error", () => undefined);
  session.once("connect", () => session.setLocalWindowSize(connectionWindowBytes));
  try {
    const call = session.request({
      ":method": "POST",
      ":path": method,
      "content-type": "application/grpc",
      te: "trailers",
      "requires-leader": "true",
    });
    let status = "";
    let message = "";
    const note = (headers: Record<string, unknown>): void => {
      status = String(headers["grpc-status"] ?? status);
      message = String(headers["grpc-message"] ?? message);
    };
    // An error without any event comes in the headers alone.
    call.on("response", note);
    call.on("trailers", note);
    call.end(framed(requestFor(from, streamPrefixes)));
    const cutter = new MessageCutter();
    for await (const chunk of call) {
      for (const message of cutter.cut(chunk)) {
        const event = readRecorded(message);
        if (event !== undefined && event.position !== from) take(event);
      }
    }
    if (status !== "0")
      throw new LogUnavailable(`it ended a read with status ${status}: ${decodeURIComponent(message)}`);
  } catch (cause) {
    throw isSystemError(cause) ? new LogUnavailable(cause.message, { cause }) : cause;
  } finally {
    session.destroy();
  }
}

function requestFor(from: number, streamPrefixes: readonly string[] | undefined): Uint8Array {
  const position = { commitPosition: from, preparePosition: from };
  return ReadReq.encode(
    ReadReq.fromPartial({
      options: {
        streamOption: {
          $case: "all",
          value: {
            allOption: from > 0 ? { $case: "position", value: position } : { $case: "start", value: {} },
          },
        },
        countOption: { $case: "count", value: Number.MAX_SAFE_INTEGER },
        filterOption: {
          $case: "filter",
          value: {
            filter: { $case: "streamIdentifier", value: expressionFor(streamPrefixes) },
            window: { $case: "max", value: maxSearchWindow },
            checkpointIntervalMultiplier: 1,
          },
        },
        uuidOption: { content: { $case: "string", value: {} } },
      },
    }),
  ).finish();
}

/** Without prefixes all streams but the server's own; a list without any: none, and no stream's name is empty. */
function expressionFor(streamPrefixes: readonly string[] | undefined): { regex?: string; prefix?: string[] } {
  if (streamPrefixes === undefined) return { regex: "^[^\\$].*" };
  return streamPrefixes.length === 0 ? { regex: "^$" } : { prefix: [...streamPrefixes] };
}

const isSystemError = (cause: unknown): cause is Error => cause instanceof Error && "code" in cause;
