import { type ClientHttp2Session, connect } from "node:http2";
import { ReadReq, type ReadReq_Options } from "@rhumbline/proto/kurrent/streams";
import { LogUnavailable } from "../event-store-errors.ts";
import { framed, MessageCutter } from "./grpc-frames.ts";

const method = "/event_store.client.streams.Streams/Read";
const streamWindowBytes = 8 << 20;
const connectionWindowBytes = 16 << 20;
/** As the official client does: a server that answers no ping for this long is gone. */
const pingEveryMs = 10_000;
/** How many events the server looks at for one that is wanted before it says how far it is. */
const maxSearchWindow = 1_000;

export interface ReadCallHandler {
  /** One ReadResp, good until this returns. What it throws ends the call, and is told as its end. */
  message(bytes: Buffer): void;
  /** Undefined: the server ended it in good order. No further call follows. */
  ended(cause: Error | undefined): void;
}

/** One call of the protocol's Read, on a connection of its own.
 *  @param endpoint "http://127.0.0.1:2113".
 *  @returns ends it without a word. */
export function openReadCall(endpoint: string, options: ReadReq_Options, handler: ReadCallHandler): () => void {
  const session = connect(endpoint, { settings: { initialWindowSize: streamWindowBytes } });
  const stopPings = endWhereNoPingReturns(session);
  let over = false;
  const close = (): boolean => {
    const wasOpen = !over;
    over = true;
    stopPings();
    session.destroy();
    return wasOpen;
  };
  const end = (cause: Error | undefined): void => {
    if (close()) handler.ended(cause);
  };
  session.on("error", (cause) => end(unavailable(cause)));
  session.on("close", () => end(new LogUnavailable("it closed the connection")));
  session.once("connect", () => session.setLocalWindowSize(connectionWindowBytes));

  const call = session.request({
    ":method": "POST",
    ":path": method,
    "content-type": "application/grpc",
    te: "trailers",
    "requires-leader": "true",
  });
  let status = "";
  let words = "";
  const note = (headers: Record<string, unknown>): void => {
    status = String(headers["grpc-status"] ?? status);
    words = String(headers["grpc-message"] ?? words);
  };
  // An error without any event comes in the headers alone.
  call.on("response", note);
  call.on("trailers", note);
  call.on("error", (cause) => end(unavailable(cause)));
  const cutter = new MessageCutter();
  call.on("data", (chunk: Buffer) => {
    try {
      for (const message of cutter.cut(chunk)) {
        if (over) return;
        handler.message(message);
      }
    } catch (cause) {
      end(cause instanceof Error ? cause : new Error(String(cause)));
    }
  });
  call.on("end", () => {
    const inOrder = status === "0";
    end(
      inOrder ? undefined : new LogUnavailable(`it ended a read with status ${status}: ${decodeURIComponent(words)}`),
    );
  });
  call.end(framed(ReadReq.encode({ options }).finish()));
  return () => void close();
}

/** $all after a position, of these streams only; without prefixes of all but the server's own.
 *  @param until where it ends: at the log's end, or never. */
export function readAllOptions(
  from: number,
  streamPrefixes: readonly string[] | undefined,
  until: "end" | "never",
): ReadReq_Options {
  const position = { commitPosition: from, preparePosition: from };
  const { options } = ReadReq.fromPartial({
    options: {
      streamOption: {
        $case: "all",
        value: { allOption: from > 0 ? { $case: "position", value: position } : { $case: "start", value: {} } },
      },
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
    },
  });
  if (options === undefined) throw new Error("a request without options was made");
  return options;
}

/** A list without any prefix: none, and no stream's name is empty. */
function expressionFor(streamPrefixes: readonly string[] | undefined): { regex?: string; prefix?: string[] } {
  if (streamPrefixes === undefined) return { regex: "^[^\\$].*" };
  return streamPrefixes.length === 0 ? { regex: "^$" } : { prefix: [...streamPrefixes] };
}

function endWhereNoPingReturns(session: ClientHttp2Session): () => void {
  let returned = true;
  const timer = setInterval(() => {
    if (!returned) return session.destroy(new Error(`no answer to a ping in ${pingEveryMs} ms`));
    returned = false;
    session.ping(() => {
      returned = true;
    });
  }, pingEveryMs).unref();
  return () => clearInterval(timer);
}

const unavailable = (cause: Error): Error => new LogUnavailable(cause.message, { cause });
