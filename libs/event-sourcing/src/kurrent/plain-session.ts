import { type ClientHttp2Session, type ClientHttp2Stream, connect } from "node:http2";

/** As the official client does: a server that answers no ping for this long is gone. */
const pingEveryMs = 10_000;
const streamWindowBytes = 8 << 20;
const connectionWindowBytes = 16 << 20;

export interface PlainCall {
  readonly stream: ClientHttp2Stream;
  /** Whether the server was ever reached. */
  readonly connected: () => boolean;
  /** What the server said when it ended the call: grpc-status, grpc-message, and KurrentDB's name for what went wrong. */
  readonly status: () => { readonly code: number | undefined; readonly words: string; readonly exception: string };
  /** Ends call and connection without a word. */
  close(): void;
}

/** One gRPC call, in clear, on a connection of its own (gRPC over HTTP/2).
 *  @param ended told once, unless the call was closed: why the connection broke; undefined: the server ended the call. */
export function openPlainCall(endpoint: string, method: string, ended: (cause: Error | undefined) => void): PlainCall {
  const session = connect(endpoint, { settings: { initialWindowSize: streamWindowBytes } });
  const stopPings = endWhereNoPingReturns(session);
  let connected = false;
  let over = false;
  const close = (): void => {
    over = true;
    stopPings();
    session.destroy();
  };
  const end = (cause: Error | undefined): void => {
    if (over) return;
    close();
    ended(cause);
  };
  session.once("connect", () => {
    // It may have been closed on the way.
    if (over) return;
    connected = true;
    session.setLocalWindowSize(connectionWindowBytes);
  });
  session.on("error", end);
  session.on("close", () => end(new Error("it closed the connection")));

  const stream = session.request({
    ":method": "POST",
    ":path": method,
    "content-type": "application/grpc",
    te: "trailers",
    "requires-leader": "true",
  });
  let code: number | undefined;
  let words = "";
  let exception = "";
  const note = (headers: Record<string, unknown>): void => {
    if (headers["grpc-status"] !== undefined) code = Number(headers["grpc-status"]);
    if (headers["exception"] !== undefined) exception = String(headers["exception"]);
    if (headers["grpc-message"] !== undefined) words = decodeURIComponent(String(headers["grpc-message"]));
  };
  // A refusal without any message comes in the headers alone.
  stream.on("response", note);
  stream.on("trailers", note);
  stream.on("error", end);
  stream.on("end", () => end(undefined));
  return { stream, connected: () => connected, status: () => ({ code, words, exception }), close };
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
