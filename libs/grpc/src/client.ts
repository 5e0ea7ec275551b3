import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Client, credentials, Metadata, type ServiceError } from "@grpc/grpc-js";
import { inSpan } from "@rhumbline/telemetry";
import type { Caller } from "./access/caller.ts";
import { callerHeaders } from "./access/headers.ts";
import { metadataKeys } from "./call.ts";
import { toTexts } from "./exchange/envelope.ts";
import { ExchangedCalls } from "./exchange/exchanged-calls.ts";
import { fullMethodName, type MethodDefinition, type RequestOf, type ResponseOf } from "./method.ts";

export interface CallOptions {
  /** Milliseconds from now; the call then ends with DEADLINE_EXCEEDED. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  readonly traceparent?: string | undefined;
  readonly correlationId?: string;
  /** In whose name it is called. */
  readonly caller?: Caller;
  readonly metadata?: Metadata;
}

/** One function a method of a generated service. */
export type ClientOf<D> = {
  readonly [Name in keyof D]: D[Name] extends { responseStream: true }
    ? (request: RequestOf<D[Name]>, options?: CallOptions) => AsyncIterable<ResponseOf<D[Name]>>
    : D[Name] extends { requestStream: true }
      ? (requests: AsyncIterable<RequestOf<D[Name]>>, options?: CallOptions) => Promise<ResponseOf<D[Name]>>
      : (request: RequestOf<D[Name]>, options?: CallOptions) => Promise<ResponseOf<D[Name]>>;
};

/** A connection to one server, made at the first call and made again whenever it breaks. */
export interface Channel {
  readonly address: string;
  client<D extends object>(definition: D): ClientOf<D>;
  /** Calls a method with a request as it came, for those who pass it on. */
  unary<Req, Res>(method: MethodDefinition<Req, Res>, request: Req, options?: CallOptions): Promise<Res>;
  close(): void;
}

const defaultTimeoutMs = 30_000;

/** @param address host:port
 *  @param exchangeAs the service in whose name calls are exchanged on one stream (ADR 26), to a server that is Rhumbline's own
 *    too. Absent: each is a request of its own. */
export function openChannel(address: string, { exchangeAs }: { exchangeAs?: Caller } = {}): Channel {
  const client = new Client(address, credentials.createInsecure(), {
    // A server that was down for a while is tried again soon: its users wait.
    "grpc.initial_reconnect_backoff_ms": 50,
    "grpc.max_reconnect_backoff_ms": 1_000,
    // Nobody asks grpc-js for what it would keep of each call.
    "grpc.enable_channelz": 0,
  });

  const exchanged = exchangeAs && new ExchangedCalls(client, exchangeAs);

  const unary = <Req, Res>(method: MethodDefinition<Req, Res>, request: Req, options: CallOptions = {}): Promise<Res> =>
    inSpan(fullMethodName(method.path), { role: "client", parent: options.traceparent }, (traceparent) => {
      const { timeoutMs = defaultTimeoutMs, signal } = options;
      if (exchanged !== undefined) {
        const headers = { ...(options.metadata && toTexts(options.metadata)), ...headersOf(options, traceparent) };
        return exchanged.unary(method, request, { timeoutMs, signal, headers });
      }
      const metadata = metadataOf(options, traceparent);
      const deadline = Date.now() + timeoutMs;
      return new Promise((resolve, reject) => {
        const settle = (error: ServiceError | null, response?: Res): void => {
          signal?.removeEventListener("abort", cancel);
          if (error) reject(error);
          else resolve(response as Res);
        };
        const call = client.makeUnaryRequest(
          method.path,
          method.requestSerialize,
          method.responseDeserialize,
          request,
          metadata,
          { deadline },
          settle,
        );
        const cancel = (): void => call.cancel();
        signal?.addEventListener("abort", cancel);
        if (signal?.aborted) cancel();
      });
    });

  const stream = async function* <Req, Res>(
    method: MethodDefinition<Req, Res>,
    request: Req,
    options: CallOptions = {},
  ) {
    const call = client.makeServerStreamRequest(
      method.path,
      method.requestSerialize,
      method.responseDeserialize,
      request,
      metadataOf(options, options.traceparent),
      options.timeoutMs === undefined ? {} : { deadline: Date.now() + options.timeoutMs },
    );
    const cancel = (): void => call.cancel();
    options.signal?.addEventListener("abort", cancel);
    if (options.signal?.aborted) cancel();
    try {
      yield* call as AsyncIterable<Res>;
    } finally {
      options.signal?.removeEventListener("abort", cancel);
      call.cancel();
    }
  };

  const upload = <Req, Res>(
    method: MethodDefinition<Req, Res>,
    requests: AsyncIterable<Req>,
    options: CallOptions = {},
  ): Promise<Res> =>
    new Promise((resolve, reject) => {
      let cause: unknown;
      const ours = async function* () {
        try {
          yield* requests;
        } catch (error) {
          cause = error;
          throw error;
        }
      };
      const call = client.makeClientStreamRequest(
        method.path,
        method.requestSerialize,
        method.responseDeserialize,
        metadataOf(options, options.traceparent),
        options.timeoutMs === undefined ? {} : { deadline: Date.now() + options.timeoutMs },
        (error, response) => (error ? reject(cause ?? error) : resolve(response as Res)),
      );
      options.signal?.addEventListener("abort", () => call.cancel(), { once: true });
      // However the sending ends, the call's own end tells it.
      pipeline(Readable.from(ours()), call as unknown as Writable).catch(() => call.cancel());
    });

  return {
    address,
    unary,
    client<D extends object>(definition: D): ClientOf<D> {
      const methods = Object.entries(definition as Record<string, MethodDefinition<unknown, unknown>>);
      return Object.fromEntries(
        methods.map(([name, method]) => [
          name,
          (request: unknown, options?: CallOptions) => {
            if (method.responseStream) return stream(method, request, options);
            if (method.requestStream) return upload(method, request as AsyncIterable<unknown>, options);
            return unary(method, request, options);
          },
        ]),
      ) as ClientOf<D>;
    },
    close() {
      exchanged?.close();
      client.close();
    },
  };
}

function metadataOf(options: CallOptions, traceparent: string | undefined): Metadata {
  const metadata = options.metadata?.clone() ?? new Metadata();
  for (const [header, text] of Object.entries(headersOf(options, traceparent))) metadata.set(header, text);
  return metadata;
}

/** What the options say beside their metadata. */
function headersOf({ caller, correlationId }: CallOptions, traceparent: string | undefined): Record<string, string> {
  const headers = caller === undefined ? {} : callerHeaders(caller);
  if (traceparent !== undefined) headers["traceparent"] = traceparent;
  if (correlationId !== undefined) headers[metadataKeys.correlationId] = correlationId;
  return headers;
}
