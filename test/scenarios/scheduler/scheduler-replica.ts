import {
  createFold,
  type EventStore,
  type Fold,
  foldToEnd,
  identifyLog,
  type Replica,
} from "@rhumbline/event-sourcing";
import { type ClientOf, nobodyIsAsked, openChannel, startGrpcServer } from "@rhumbline/grpc";
import { Bus } from "@rhumbline/messaging";
import { NodeServiceService } from "@rhumbline/proto/rhumbline/scheduler/v1/node_service";
import { RealisationServiceService } from "@rhumbline/proto/rhumbline/scheduler/v1/realisation_service";
import { RouterBindingServiceService } from "@rhumbline/proto/rhumbline/scheduler/v1/router_binding_service";
import { createServiceContext } from "@rhumbline/service";
import { createLogger } from "@rhumbline/telemetry";
import { mountNodeService } from "../../../services/router-scheduler/src/api/node-service.ts";
import { mountRealisationService } from "../../../services/router-scheduler/src/api/realisation-service.ts";
import { mountRouterBindingService } from "../../../services/router-scheduler/src/api/router-binding-service.ts";
import { startScheduling } from "../../../services/router-scheduler/src/apply/start-scheduling.ts";
import { createHeartbeats } from "../../../services/router-scheduler/src/inbox/heartbeats.ts";
import { schedulerFold } from "../../../services/router-scheduler/src/read-model/fold.ts";
import type { SchedulerState } from "../../../services/router-scheduler/src/read-model/state.ts";

/** The scheduler on a store in this process, wired as its main wires it on the log. */
export interface SchedulerReplica {
  readonly logId: string;
  readonly fold: Fold<SchedulerState>;
  readonly replica: Replica;
  readonly bus: Bus;
  readonly nodes: ClientOf<typeof NodeServiceService>;
  readonly bindings: ClientOf<typeof RouterBindingServiceService>;
  readonly realisation: ClientOf<typeof RealisationServiceService>;
  stop(): Promise<void>;
}

/** @param writes false: it follows, and takes over when told. */
export async function startSchedulerReplica(
  store: EventStore,
  natsUrl: string,
  {
    writes = true,
    nodeTimeoutMs = 60_000,
    failoverDelayMs = 0,
  }: { writes?: boolean; nodeTimeoutMs?: number; failoverDelayMs?: number } = {},
): Promise<SchedulerReplica> {
  const log = createLogger("router-scheduler", "error");
  const logId = await identifyLog(store);
  const fold = createFold(schedulerFold);
  await foldToEnd(store, fold);
  const context = createServiceContext(schedulerFold, { store, logId, fold, address: "127.0.0.1:0", log });
  const { follower, replica } = context;
  const bus = new Bus({ servers: [natsUrl], name: "router-scheduler", logger: log });
  const heartbeats = createHeartbeats(bus, log);
  const liveness = { nodeTimeoutMs, failoverDelayMs };
  const services = [
    mountNodeService(context, heartbeats, liveness),
    mountRouterBindingService(context),
    mountRealisationService(context),
  ];
  const server = await startGrpcServer({ listen: "127.0.0.1:0", services, authenticate: nobodyIsAsked, log });
  const scheduling = startScheduling(context, bus, heartbeats, liveness);
  const channel = openChannel(server.address);
  if (writes) await replica.takeOver();
  return {
    logId,
    fold,
    replica,
    bus,
    nodes: channel.client(NodeServiceService),
    bindings: channel.client(RouterBindingServiceService),
    realisation: channel.client(RealisationServiceService),
    async stop() {
      channel.close();
      await server.stop();
      await scheduling.stop();
      await follower.stop();
    },
  };
}
