import { ReadReq, type ReadReq_Options } from "@rhumbline/proto/kurrent/streams";
import type { ReadStreamOptions } from "../event-store.ts";
import { LogUnavailable } from "../event-store-errors.ts";
import { maxSearchWindow } from "./filter.ts";
import { framed, MessageCutter } from "./grpc-frames.ts";
import type { OpenCall, PlainCall } from "./plain-session.ts";

export const readMethod = "/event_store.client.streams.Streams/Read";

export interface ReadCallHandler {
  /** One ReadResp, between these places of bytes that don't change any more. What it throws ends the call, and is told as its
   *  end. */
  message(bytes: Buffer, start: number, end: number): void;
  /** Undefined: the server ended it in good order. No further call follows. */
  ended(cause: Error | undefined): void;
}

/** One call of the protocol's Read.
 *  @returns ends it without a word. */
export function openReadCall(
  open: OpenCall,
  options: ReadReq_Options,
  handler: ReadCallHandler,
  metadata: Readonly<Record<string, string>> = {},
): () => void {
  const ended = (cause: Error | undefined): void => {
    if (cause !== undefined) {
      handler.ended(new LogUnavailable(cause.message, { cause }));
      return;
    }
    const { code, words } = call.status();
    handler.ended(code === 0 ? undefined : new LogUnavailable(`it ended a read with status ${code}: ${words}`));
  };
  const call = open(readMethod, ended, metadata);
  ask(call, options);
  const cutter = new MessageCutter();
  call.stream.on("data", (chunk: Buffer) => {
    try {
      cutter.locate(chunk, (bytes, start, end) => {
        if (!call.stream.destroyed) handler.message(bytes, start, end);
      });
    } catch (cause) {
      call.close();
      handler.ended(cause instanceof Error ? cause : new Error(String(cause)));
    }
  });
  return () => call.close();
}

export function ask({ stream }: PlainCall, options: ReadReq_Options): void {
  stream.end(framed(ReadReq.encode({ options }).finish()));
}

interface AllRange {
  /** 0: from the start, or backwards from the end. */
  readonly from: number;
  readonly direction?: "forwards" | "backwards" | undefined;
  /** Absent: all streams but the server's own. */
  readonly streamPrefixes?: readonly string[] | undefined;
  /** "live": without an end. */
  readonly count: number | "live";
}

/** $all from a position, of these streams only. */
export function readAllOptions({ from, direction, streamPrefixes, count }: AllRange): ReadReq_Options {
  const position = { commitPosition: from, preparePosition: from };
  const edge = direction === "backwards" ? "end" : "start";
  return {
    ...callOptions,
    streamOption: {
      $case: "all",
      value: { allOption: from > 0 ? { $case: "position", value: position } : { $case: edge, value: {} } },
    },
    readDirection: wireDirection(direction),
    countOption: count === "live" ? { $case: "subscription", value: {} } : { $case: "count", value: count },
    filterOption: {
      $case: "filter",
      value: {
        filter: { $case: "streamIdentifier", value: expressionFor(streamPrefixes) },
        window: { $case: "max", value: maxSearchWindow },
        checkpointIntervalMultiplier: 1,
      },
    },
  };
}

/** One stream from a revision, which is read too. */
export function readStreamOptions(
  stream: string,
  { from, direction, maxCount }: ReadStreamOptions & { readonly maxCount: number },
): ReadReq_Options {
  const edge = direction === "backwards" ? "end" : "start";
  return {
    ...callOptions,
    streamOption: {
      $case: "stream",
      value: {
        streamIdentifier: { streamName: Buffer.from(stream, "utf8") },
        revisionOption: from === undefined ? { $case: edge, value: {} } : { $case: "revision", value: from },
      },
    },
    readDirection: wireDirection(direction),
    countOption: { $case: "count", value: maxCount },
    filterOption: { $case: "noFilter", value: {} },
  };
}

const callOptions = {
  resolveLinks: false,
  uuidOption: { content: { $case: "string", value: {} } },
} as const;

const wireDirection = (direction: "forwards" | "backwards" | undefined) =>
  direction === "backwards" ? ("Backwards" as const) : ("Forwards" as const);

/** A list without any prefix: none, and no stream's name is empty. */
function expressionFor(streamPrefixes: readonly string[] | undefined): { regex: string; prefix: string[] } {
  if (streamPrefixes === undefined) return { regex: "^[^\\$].*", prefix: [] };
  return streamPrefixes.length === 0 ? { regex: "^$", prefix: [] } : { regex: "", prefix: [...streamPrefixes] };
}
