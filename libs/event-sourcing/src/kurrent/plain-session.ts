import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  type IncomingHttpHeaders,
} from "node:http2";

/** As the official client does: a server that answers no ping for this long is gone. */
const pingEveryMs = 10_000;
const streamWindowBytes = 8 << 20;
const connectionWindowBytes = 16 << 20;

export interface PlainCall {
  readonly stream: ClientHttp2Stream;
  /** What the server said when it took the call; undefined: nothing yet, and some say nothing before their first answer. */
  readonly headers: () => IncomingHttpHeaders | undefined;
  /** Whether the server was ever reached. */
  readonly connected: () => boolean;
  /** What the server said when it ended the call: grpc-status, grpc-message, and KurrentDB's name for what went wrong. */
  readonly status: () => { readonly code: number | undefined; readonly words: string; readonly exception: string };
  /** Ends the call without a word, and its connection where that is its own. */
  close(): void;
}

/** Told once, unless the call was closed: why the connection broke; undefined: the server ended the call. */
type Ended = (cause: Error | undefined) => void;

/** Makes one gRPC call, in clear (gRPC over HTTP/2).
 *  @param metadata beside what the protocol asks for. */
export type OpenCall = (method: string, ended: Ended, metadata?: Readonly<Record<string, string>>) => PlainCall;

/** Each call on a connection of its own, which ends with it. */
export const onOwnConnection =
  (endpoint: string): OpenCall =>
  (method, ended, metadata) => {
    const connection = openConnection(endpoint);
    const hungUp = (cause: Error | undefined): void => {
      connection.close();
      ended(cause);
    };
    const call = openCall(connection, method, hungUp, metadata);
    const close = (): void => {
      call.close();
      connection.close();
    };
    return { ...call, close };
  };

/** Calls that share a connection, which is opened at the first of them and again at the next one after it broke. None of them
 *  holds up another: what a reader has not taken yet counts against the window of its own call alone. */
export interface SharedConnection {
  /** @returns the call, and whether the connection was there before: then the server may have ended it without our having heard
   *  of that yet. */
  call(...asked: Parameters<OpenCall>): { readonly call: PlainCall; readonly reused: boolean };
  /** Ends it, and its calls with it. The next call opens another one.
   *  @param cause told to the calls under way. */
  close(cause?: Error): void;
}

export function shareConnection(endpoint: string): SharedConnection {
  let present: Connection | undefined;
  return {
    call(method, ended, metadata) {
      const reused = present !== undefined && !present.session.closed && !present.session.destroyed;
      if (present === undefined || !reused) present = openConnection(endpoint);
      return { call: openCall(present, method, ended, metadata), reused };
    },
    close(cause) {
      present?.close(cause);
    },
  };
}

interface Connection {
  readonly session: ClientHttp2Session;
  readonly connected: () => boolean;
  close(cause?: Error): void;
}

function openConnection(endpoint: string): Connection {
  const session = connect(endpoint, { settings: { initialWindowSize: streamWindowBytes } });
  const stopPings = endWhereNoPingReturns(session);
  let connected = false;
  session.once("connect", () => {
    // It may have been closed on the way.
    if (session.destroyed) return;
    connected = true;
    session.setLocalWindowSize(connectionWindowBytes);
  });
  // Its calls are told.
  session.on("error", () => undefined);
  session.on("close", stopPings);
  return { session, connected: () => connected, close: (cause) => session.destroy(cause) };
}

function openCall(
  { session, connected }: Connection,
  method: string,
  ended: Ended,
  metadata: Readonly<Record<string, string>> = {},
): PlainCall {
  const stream = session.request({
    ...metadata,
    ":method": "POST",
    ":path": method,
    "content-type": "application/grpc",
    te: "trailers",
    "requires-leader": "true",
  });
  let over = false;
  const end = (cause: Error | undefined): void => {
    if (over) return;
    over = true;
    ended(cause);
  };
  let code: number | undefined;
  let words = "";
  let exception = "";
  const note = (headers: Record<string, unknown>): void => {
    if (headers["grpc-status"] !== undefined) code = Number(headers["grpc-status"]);
    if (headers["exception"] !== undefined) exception = String(headers["exception"]);
    if (headers["grpc-message"] !== undefined) words = decodeURIComponent(String(headers["grpc-message"]));
  };
  let headers: IncomingHttpHeaders | undefined;
  stream.on("response", (response) => {
    headers = response;
    // A refusal without any message comes in the headers alone.
    note(response);
  });
  stream.on("trailers", note);
  stream.on("error", (error) => end(error.cause instanceof Error ? error.cause : error));
  stream.on("end", () => end(undefined));
  stream.on("close", () => end(new Error("it closed the connection")));
  const close = (): void => {
    over = true;
    stream.close(constants.NGHTTP2_CANCEL);
    stream.destroy();
  };
  return { stream, headers: () => headers, connected, status: () => ({ code, words, exception }), close };
}

function endWhereNoPingReturns(session: ClientHttp2Session): () => void {
  let returned = true;
  const timer = setInterval(() => {
    // It is over, and has not said so yet.
    if (session.destroyed) return;
    if (!returned) return session.destroy(new Error(`no answer to a ping in ${pingEveryMs} ms`));
    returned = false;
    session.ping(() => {
      returned = true;
    });
  }, pingEveryMs).unref();
  return () => clearInterval(timer);
}
