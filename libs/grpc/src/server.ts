import { type ServiceDefinition as GrpcServiceDefinition, Server, ServerCredentials } from "@grpc/grpc-js";
import type { Logger } from "@rhumbline/telemetry";
import type { Authenticator } from "./access/caller.ts";
import type { Call } from "./call.ts";
import { type AnsweredMethod, exchangeDefinition, exchangeService, exchanging } from "./exchange/exchanging.ts";
import type { RequestOf, ResponseOf, ServiceDefinition } from "./method.ts";
import { answering, type StreamHandler, streaming, type UnaryHandler, unary } from "./server/answering.ts";
import { CallsUnderWay } from "./server/calls-under-way.ts";
import { Health } from "./server/health.ts";
import type { Edge } from "./server/observed.ts";
import { addReflection } from "./server/reflection.ts";
import { lenient } from "./server/well-formed.ts";

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
  /** Takes no new call and ends the streams; gives the other calls `graceMs`, then tells them to end, then cuts them. */
  stop(graceMs?: number): Promise<void>;
}

/** Nobody asks grpc-js for what it would keep of each call (https://github.com/grpc/proposal/blob/master/A14-channelz.md). */
const notTraced = { "grpc.enable_channelz": 0 };
const lastWordsMs = 200;

/** A gRPC server with health and reflection. Every call has a span, a line in the log, and its refusals mapped. */
export async function startGrpcServer(options: {
  listen: string;
  services: readonly MountedService[];
  authenticate: Authenticator;
  log: Logger;
}): Promise<GrpcServer> {
  const { listen, services, authenticate, log } = options;
  const server = new Server(notTraced);
  const underWay = { unary: new CallsUnderWay(), streaming: new CallsUnderWay() };
  const edge = { authenticate, log };
  const answerings = new Map<string, AnsweredMethod>();
  for (const service of services) addService(server, service, edge, underWay, answerings);
  server.addService(exchangeDefinition, { exchangeCalls: exchanging(answerings, edge, underWay.streaming) });
  const health = new Health();
  health.addTo(server);
  addReflection(server, [...services.map(({ definition }) => serviceName(definition)), exchangeService]);

  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(listen, ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return {
    address: `${listen.slice(0, listen.lastIndexOf(":"))}:${port}`,
    setServing: (serving) => health.set(serving),
    async stop(graceMs = 2_000) {
      health.end();
      underWay.streaming.endAll();
      const end = setTimeout(() => underWay.unary.endAll(), graceMs);
      const cut = setTimeout(() => server.forceShutdown(), graceMs + lastWordsMs);
      await new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
      clearTimeout(end);
      clearTimeout(cut);
    },
  };
}

function addService(
  server: Server,
  { definition, handlers }: MountedService,
  edge: Omit<Edge, "method">,
  underWay: { unary: CallsUnderWay; streaming: CallsUnderWay },
  answerings: Map<string, AnsweredMethod>,
): void {
  const methods = Object.entries(definition).map(([name, method]) => [name, lenient(method)] as const);
  const implementation = methods.map(([name, method]) => {
    const handler = handlers[name];
    if (handler === undefined) throw new TypeError(`no handler for ${method.path}`);
    if (method.responseStream)
      return [name, streaming(handler as StreamHandler, { ...edge, method }, underWay.streaming)] as const;
    const answer = answering(handler as UnaryHandler, { ...edge, method }, underWay.unary);
    answerings.set(method.path, { method, answer });
    return [name, unary(answer)] as const;
  });
  const lenientDefinition = Object.fromEntries(methods) as unknown as GrpcServiceDefinition;
  server.addService(lenientDefinition, Object.fromEntries(implementation));
}

/** "rhumbline.ipam.v1.SubnetService", by the path of any of its methods. */
const serviceName = (definition: ServiceDefinition): string => Object.values(definition)[0]?.path.split("/")[1] ?? "";
