import type { IncomingHttpHeaders, ServerHttp2Stream } from "node:http2";
import { type GrpcError, grpcStatus } from "./grpc-status.ts";
import { RequestCutter } from "./request-cutter.ts";

/** One gRPC call over one HTTP/2 stream. */
export class GrpcCall {
  readonly path: string;
  /** The host and port by which the caller knows this server. */
  readonly authority: string;
  /** What the caller said beside its request. */
  readonly metadata: IncomingHttpHeaders;
  readonly #stream: ServerHttp2Stream;
  readonly #gone = new AbortController();
  #trailers: Record<string, string> = { "grpc-status": String(grpcStatus.ok) };
  #corked = false;

  /** Sends the response's headers at once. KurrentDB's reader leaves Nagle's algorithm on: it would hold its request back
   *  for the 40 ms of a delayed acknowledgement if the server stayed silent until the request is whole. */
  constructor(stream: ServerHttp2Stream, headers: IncomingHttpHeaders) {
    this.#stream = stream;
    this.path = headers[":path"] ?? "";
    this.authority = headers[":authority"] ?? "";
    this.metadata = headers;
    stream.on("close", () => this.#gone.abort());
    // A caller that hangs up in the middle of an answer is no fault of ours; `gone` tells whoever waits for it.
    stream.on("error", () => this.#gone.abort());
    stream.on("wantTrailers", () => stream.sendTrailers(this.#trailers));
    stream.respond(responseHeaders, { waitForTrailers: true });
  }

  /** Aborted when the caller hangs up or the call has ended. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  /** The messages of the request, until the caller has sent its last. */
  async *requests(): AsyncGenerator<Buffer> {
    const cutter = new RequestCutter();
    // The answer goes out on the same stream: leaving the loop early must not destroy it.
    for await (const chunk of this.#stream.iterator({ destroyOnReturn: false })) {
      const messages: Buffer[] = [];
      cutter.cut(chunk, (message) => messages.push(message));
      yield* messages;
    }
    cutter.end();
  }

  /** Hands over each message of the request in the turn in which it came, until the caller has sent its last: for a call that
   *  goes on for hours, each message of which would be a dozen promises to an iterator.
   *  @param take a promise that it returns holds the caller back until it is resolved. What it throws ends the reading.
   *  @throws Error the caller hung up first, or what `take` threw. */
  eachRequest(take: (message: Buffer) => Promise<void> | undefined): Promise<void> {
    const stream = this.#stream;
    const cutter = new RequestCutter();
    return new Promise((resolve, reject) => {
      const read = (chunk: Buffer): void => {
        try {
          cutter.cut(chunk, (message) => {
            const ready = take(message);
            if (ready === undefined) return;
            stream.pause();
            ready.then(() => stream.resume(), fail);
          });
        } catch (cause) {
          fail(cause);
        }
      };
      const fail = (cause: unknown): void => {
        stream.off("data", read);
        reject(cause);
      };
      stream.on("data", read);
      stream.on("end", () => {
        try {
          cutter.end();
          resolve();
        } catch (cause) {
          fail(cause);
        }
      });
      stream.on("close", () => fail(new Error("the caller hung up")));
    });
  }

  /** Sends framed messages; resolves when the caller is ready for more, at once where it hung up. */
  async send(frames: Buffer): Promise<void> {
    if (!this.write(frames)) await this.ready();
  }

  /** Sends framed messages, together with all that is sent in this turn: a commit answers many appends.
   *  @returns false: the caller does not take them as fast as they come; `ready` tells when it does. */
  write(frames: Buffer): boolean {
    if (this.#gone.signal.aborted || this.#stream.destroyed) return true;
    this.#joinWrites();
    return this.#stream.write(frames);
  }

  /** Resolves when the caller is ready for more, at once where it hung up. */
  async ready(): Promise<void> {
    if (!this.#stream.writableNeedDrain || this.#gone.signal.aborted) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        this.#stream.off("drain", done);
        this.#gone.signal.removeEventListener("abort", done);
        resolve();
      };
      this.#stream.on("drain", done);
      this.#gone.signal.addEventListener("abort", done);
    });
  }

  end(): void {
    this.#stream.end();
  }

  fail(error: GrpcError): void {
    this.#trailers = {
      ...error.trailers,
      "grpc-status": String(error.code),
      "grpc-message": percentEncoded(error.message),
    };
    this.#stream.end();
  }

  #joinWrites(): void {
    if (this.#corked) return;
    this.#corked = true;
    this.#stream.cork();
    process.nextTick(() => {
      this.#corked = false;
      this.#stream.uncork();
    });
  }
}

/** Not of KurrentDB's protocol, where an append is to one stream: who asks for more has to know that it is understood. */
const severalStreams = { "rhumbline-appends-together": "true" };
const responseHeaders = { ":status": 200, "content-type": "application/grpc", ...severalStreams };

/** As gRPC spells messages in headers: printable ASCII but the percent sign stays as it is (doc/PROTOCOL-HTTP2.md). */
function percentEncoded(message: string): string {
  return message.replace(/[^\x20-\x24\x26-\x7e]/gu, encodeURIComponent);
}
