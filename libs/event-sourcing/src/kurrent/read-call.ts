import { ReadReq, type ReadReq_Options } from "@rhumbline/proto/kurrent/streams";
import { LogUnavailable } from "../event-store-errors.ts";
import { maxSearchWindow } from "./filter.ts";
import { framed, MessageCutter } from "./grpc-frames.ts";
import { openPlainCall } from "./plain-session.ts";

const method = "/event_store.client.streams.Streams/Read";

export interface ReadCallHandler {
  /** One ReadResp, good until this returns. What it throws ends the call, and is told as its end. */
  message(bytes: Buffer): void;
  /** Undefined: the server ended it in good order. No further call follows. */
  ended(cause: Error | undefined): void;
}

/** One call of the protocol's Read.
 *  @param endpoint "http://127.0.0.1:2113".
 *  @returns ends it without a word. */
export function openReadCall(endpoint: string, options: ReadReq_Options, handler: ReadCallHandler): () => void {
  const call = openPlainCall(endpoint, method, (cause) => {
    if (cause !== undefined) return handler.ended(new LogUnavailable(cause.message, { cause }));
    const { code, words } = call.status();
    handler.ended(code === 0 ? undefined : new LogUnavailable(`it ended a read with status ${code}: ${words}`));
  });
  const cutter = new MessageCutter();
  call.stream.on("data", (chunk: Buffer) => {
    try {
      cutter.cut(chunk, (message) => {
        if (!call.stream.destroyed) handler.message(message);
      });
    } catch (cause) {
      call.close();
      handler.ended(cause instanceof Error ? cause : new Error(String(cause)));
    }
  });
  call.stream.end(framed(ReadReq.encode({ options }).finish()));
  return () => call.close();
}

/** $all after a position, of these streams only; without prefixes of all but the server's own.
 *  @param until where it ends: at the log's end, or never. */
export function readAllOptions(
  from: number,
  streamPrefixes: readonly string[] | undefined,
  until: "end" | "never",
): ReadReq_Options {
  const position = { commitPosition: from, preparePosition: from };
  return {
    streamOption: {
      $case: "all",
      value: { allOption: from > 0 ? { $case: "position", value: position } : { $case: "start", value: {} } },
    },
    readDirection: "Forwards",
    resolveLinks: false,
    countOption:
      until === "end" ? { $case: "count", value: Number.MAX_SAFE_INTEGER } : { $case: "subscription", value: {} },
    filterOption: {
      $case: "filter",
      value: {
        filter: { $case: "streamIdentifier", value: expressionFor(streamPrefixes) },
        window: { $case: "max", value: maxSearchWindow },
        checkpointIntervalMultiplier: 1,
      },
    },
    uuidOption: { content: { $case: "string", value: {} } },
  };
}

/** A list without any prefix: none, and no stream's name is empty. */
function expressionFor(streamPrefixes: readonly string[] | undefined): { regex: string; prefix: string[] } {
  if (streamPrefixes === undefined) return { regex: "^[^\\$].*", prefix: [] };
  return streamPrefixes.length === 0 ? { regex: "^$", prefix: [] } : { regex: "", prefix: [...streamPrefixes] };
}
