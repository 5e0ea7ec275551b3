import { randomUUID } from "node:crypto";
import {
  status as Code,
  type ServiceDefinition as GrpcServiceDefinition,
  type handleServerStreamingCall,
  type handleUnaryCall,
  Metadata,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServerWritableStream,
} from "@grpc/grpc-js";
import { loadFileDescriptorSetFromBuffer } from "@grpc/proto-loader";
import { ReflectionService } from "@grpc/reflection";
import { DomainError, InvalidFields } from "@rhumbline/event-sourcing";
import { fileDescriptorSet } from "@rhumbline/proto/descriptors";
import { inSpan, type Logger } from "@rhumbline/telemetry";
import { HealthImplementation } from "grpc-health-check";
import { type Call, metadataKeys } from "./call.ts";
import type { Authenticator } from "./caller.ts";
import {
  fullMethodName,
  type MethodDefinition,
  methodName,
  type RequestOf,
  type ResponseOf,
  type ServiceDefinition,
} from "./method.ts";
import { statusOf } from "./status.ts";

/** One function a method. A streaming method answers what it iterates. */
export type Handlers<D> = {
  readonly [Name in keyof D]: D[Name] extends { responseStream: true }
    ? (request: RequestOf<D[Name]>, call: Call) => AsyncIterable<ResponseOf<D[Name]>>
    : (request: RequestOf<D[Name]>, call: Call) => Promise<ResponseOf<D[Name]>>;
};

export interface MountedService {
  readonly definition: ServiceDefinition;
  readonly handlers: Readonly<Record<string, (request: never, call: Call) => unknown>>;
}

/** A service with its handlers, checked against each other. */
export function mount<D extends object>(definition: D, handlers: Handlers<D>): MountedService {
  return { definition, handlers } as unknown as MountedService;
}

export interface GrpcServer {
  /** host:port, with the port that was given where 0 was asked for. */
  readonly address: string;
  /** What grpc.health.v1 answers for the whole server. */
  setServing(serving: boolean): void;
  /** Takes no new call, lets those under way end for `graceMs`, then cuts them. */
  stop(graceMs?: number): Promise<void>;
}

let reflection: ReflectionService | undefined;

/** Made once: reading all descriptors takes a third of a second. */
function reflectionOfAll(): ReflectionService {
  reflection ??= new ReflectionService(loadFileDescriptorSetFromBuffer(fileDescriptorSet));
  return reflection;
}

/** A gRPC server with health and reflection. Every call has a span, a line in the log, and its refusals mapped. */
export async function startGrpcServer(options: {
  listen: string;
  services: readonly MountedService[];
  authenticate: Authenticator;
  log: Logger;
}): Promise<GrpcServer> {
  const { listen, services, authenticate, log } = options;
  const server = new Server();
  const stopping = new AbortController();
  for (const { definition, handlers } of services) {
    const methods = Object.entries(definition).map(([name, method]) => [name, lenient(method)] as const);
    const implementation = methods.map(([name, method]) => {
      const handler = handlers[name];
      if (handler === undefined) throw new TypeError(`no handler for ${method.path}`);
      const edge: Edge = { method, authenticate, log, stopping: stopping.signal };
      return [
        name,
        method.responseStream ? streaming(handler as StreamHandler, edge) : unary(handler as UnaryHandler, edge),
      ] as const;
    });
    const lenientDefinition = Object.fromEntries(methods) as unknown as GrpcServiceDefinition;
    server.addService(lenientDefinition, Object.fromEntries(implementation));
  }
  const health = new HealthImplementation({ "": "NOT_SERVING" });
  health.addToServer(server);
  reflectionOfAll().addToServer(server);

  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(listen, ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return {
    address: `${listen.slice(0, listen.lastIndexOf(":"))}:${port}`,
    setServing: (serving) => health.setStatus("", serving ? "SERVING" : "NOT_SERVING"),
    async stop(graceMs = 2_000) {
      health.setStatus("", "NOT_SERVING");
      stopping.abort(new DOMException("the server stops", "AbortError"));
      await new Promise<void>((resolve) => {
        const cut = setTimeout(() => server.forceShutdown(), graceMs);
        server.tryShutdown(() => {
          clearTimeout(cut);
          resolve();
        });
      });
    },
  };
}

type UnaryHandler = (request: unknown, call: Call) => Promise<unknown>;
type StreamHandler = (request: unknown, call: Call) => AsyncIterable<unknown>;

interface Edge {
  readonly method: MethodDefinition<never, never>;
  readonly authenticate: Authenticator;
  readonly log: Logger;
  readonly stopping: AbortSignal;
}

/** Bytes that are no message of the method: refused like any other bad request, where gRPC itself would say INTERNAL. */
class Malformed {
  readonly cause: unknown;
  constructor(cause: unknown) {
    this.cause = cause;
  }
}

function lenient(method: MethodDefinition<never, never>): MethodDefinition<never, never> {
  const requestDeserialize = (bytes: Buffer): never => {
    try {
      return method.requestDeserialize(bytes);
    } catch (cause) {
      return new Malformed(cause) as never;
    }
  };
  return { ...method, requestDeserialize };
}

function unary(handler: UnaryHandler, edge: Edge): handleUnaryCall<unknown, unknown> {
  return (grpcCall, answer) => {
    const aborted = new AbortController();
    grpcCall.on("cancelled", () =>
      aborted.abort(new DOMException("the caller's deadline passed or it hung up", "AbortError")),
    );
    observed(edge, grpcCall, aborted, (call) => handler(wellFormed(grpcCall.request), call))
      .then((response) => answer(null, response))
      .catch((error: unknown) => answer(statusOf(error)));
  };
}

function streaming(handler: StreamHandler, edge: Edge): handleServerStreamingCall<unknown, unknown> {
  return (grpcCall) => {
    const aborted = new AbortController();
    grpcCall.on("cancelled", () => aborted.abort(new DOMException("the caller hung up", "AbortError")));
    observed(edge, grpcCall, aborted, async (call) => {
      for await (const message of handler(wellFormed(grpcCall.request), call)) {
        if (call.signal.aborted) break;
        if (!grpcCall.write(message)) await drained(grpcCall, call.signal);
      }
    })
      .then(() => grpcCall.end())
      .catch((error: unknown) => grpcCall.emit("error", statusOf(error)));
  };
}

function drained(stream: NodeJS.WritableStream, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    stream.once("drain", resolve);
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

function wellFormed(request: unknown): unknown {
  if (!(request instanceof Malformed)) return request;
  const why = request.cause instanceof Error ? request.cause.message : String(request.cause);
  throw new InvalidFields([{ field: "(request)", description: `not a message of this method: ${why}` }]);
}

/** Who, when, how long and how it ended: the same for every call. */
async function observed<T>(
  { method, authenticate, log, stopping }: Edge,
  grpcCall: ServerUnaryCall<unknown, unknown> | ServerWritableStream<unknown, unknown>,
  aborted: AbortController,
  work: (call: Call) => Promise<T>,
): Promise<T> {
  const began = performance.now();
  const name = fullMethodName(method.path);
  const text = (key: string): string | undefined => {
    const value = grpcCall.metadata.get(key)[0];
    return typeof value === "string" ? value : undefined;
  };
  const correlationId = text(metadataKeys.correlationId) ?? randomUUID();
  const fields = (): object => ({
    rpc: name,
    correlationId,
    durationMs: Math.round((performance.now() - began) * 10) / 10,
  });
  try {
    const answer = await inSpan(name, { role: "server", parent: text("traceparent") }, (traceparent) =>
      work({
        caller: authenticate(grpcCall.metadata),
        method: methodName(method.path),
        definition: method,
        signal: AbortSignal.any([aborted.signal, stopping]),
        correlationId,
        traceparent,
        forwarded: text(metadataKeys.forwarded) !== undefined,
      }),
    );
    log.debug(fields(), "answered");
    return answer;
  } catch (error) {
    if (error instanceof DomainError) log.info({ ...fields(), reason: error.reason, why: error.message }, "refused");
    else if (aborted.signal.aborted || stopping.aborted) log.debug(fields(), "hung up");
    else if (passedOn(error)) log.info({ ...fields(), err: error }, "refused by another service");
    else log.error({ ...fields(), err: error }, "failed");
    throw error;
  }
}

/** A status that another service answered and that goes to the caller as it is. */
const passedOn = (error: unknown): boolean =>
  error instanceof Error &&
  "metadata" in error &&
  error.metadata instanceof Metadata &&
  "code" in error &&
  error.code !== Code.INTERNAL;
