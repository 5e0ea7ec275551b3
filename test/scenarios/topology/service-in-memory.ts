import {
  createFold,
  type DomainEvent,
  type EventStore,
  type FoldDefinition,
  foldToEnd,
  identifyLog,
} from "@rhumbline/event-sourcing";
import {
  type Authenticator,
  type Channel,
  type GrpcServer,
  type MountedService,
  nobodyIsAsked,
  openChannel,
  startGrpcServer,
} from "@rhumbline/grpc";
import { createServiceContext, type ServiceContext } from "@rhumbline/service";
import { createLogger } from "@rhumbline/telemetry";

/** A service as its process runs it, on a store given and with no duty to take over by itself. */
export interface ServiceInMemory<S> {
  readonly context: ServiceContext<S>;
  readonly server: GrpcServer;
  readonly channel: Channel;
  stop(): Promise<void>;
}

export async function startInMemory<S extends object, E extends DomainEvent>(
  definition: FoldDefinition<S, E>,
  store: EventStore,
  mount: (context: ServiceContext<S>) => readonly MountedService[],
  authenticate: Authenticator = nobodyIsAsked,
): Promise<ServiceInMemory<S>> {
  const log = createLogger(definition.service, "error");
  const logId = await identifyLog(store);
  const fold = createFold(definition);
  await foldToEnd(store, fold);
  const listen = "127.0.0.1:0";
  const context = createServiceContext(definition, { store, logId, fold, address: listen, log });
  await context.replica.takeOver();
  const server = await startGrpcServer({ listen, services: mount(context), authenticate, log });
  const channel = openChannel(server.address);
  return {
    context,
    server,
    channel,
    async stop() {
      channel.close();
      await server.stop(0);
      await context.follower.stop();
    },
  };
}
