import { randomUUID } from "node:crypto";
import type { EventStore } from "@rhumbline/event-sourcing";
import { createMemoryStore } from "@rhumbline/event-sourcing/memory";
import {
  type Authenticator,
  type Caller,
  type CallFailure,
  type Channel,
  type ClientOf,
  failureOf,
} from "@rhumbline/grpc";
import { AllocationServiceService } from "@rhumbline/proto/rhumbline/ipam/v1/allocation_service";
import { SubnetPoolServiceService } from "@rhumbline/proto/rhumbline/ipam/v1/subnet_pool_service";
import { SubnetServiceService } from "@rhumbline/proto/rhumbline/ipam/v1/subnet_service";
import { AddressGroupServiceService } from "@rhumbline/proto/rhumbline/topology/v1/address_group_service";
import { FloatingIpServiceService } from "@rhumbline/proto/rhumbline/topology/v1/floating_ip_service";
import { NetworkServiceService } from "@rhumbline/proto/rhumbline/topology/v1/network_service";
import { PortForwardingServiceService } from "@rhumbline/proto/rhumbline/topology/v1/port_forwarding_service";
import { PortServiceService } from "@rhumbline/proto/rhumbline/topology/v1/port_service";
import { QuotaServiceService } from "@rhumbline/proto/rhumbline/topology/v1/quota_service";
import { RouterServiceService } from "@rhumbline/proto/rhumbline/topology/v1/router_service";
import { SecurityGroupServiceService } from "@rhumbline/proto/rhumbline/topology/v1/security_group_service";
import type { ServiceContext } from "@rhumbline/service";
import { mountAllocationService } from "../../../services/ipam/src/api/allocation-service.ts";
import { mountSubnetPoolService } from "../../../services/ipam/src/api/subnet-pool-service.ts";
import { mountSubnetService } from "../../../services/ipam/src/api/subnet-service.ts";
import { ipamFold } from "../../../services/ipam/src/read-model/fold.ts";
import type { IpamState } from "../../../services/ipam/src/read-model/state.ts";
import type { TopologyContext } from "../../../services/topology/src/api/context.ts";
import { createIpam, type Ipam } from "../../../services/topology/src/api/ipam.ts";
import { mountTopology } from "../../../services/topology/src/api/mount-all.ts";
import type { NetworkSettings } from "../../../services/topology/src/api/settings.ts";
import { topologyFold } from "../../../services/topology/src/read-model/fold.ts";
import { type ServiceInMemory, startInMemory } from "./service-in-memory.ts";

export interface Clients {
  readonly networks: ClientOf<typeof NetworkServiceService>;
  readonly ports: ClientOf<typeof PortServiceService>;
  readonly routers: ClientOf<typeof RouterServiceService>;
  readonly floatingIps: ClientOf<typeof FloatingIpServiceService>;
  readonly portForwardings: ClientOf<typeof PortForwardingServiceService>;
  readonly securityGroups: ClientOf<typeof SecurityGroupServiceService>;
  readonly addressGroups: ClientOf<typeof AddressGroupServiceService>;
  readonly quotas: ClientOf<typeof QuotaServiceService>;
  readonly subnets: ClientOf<typeof SubnetServiceService>;
  readonly subnetPools: ClientOf<typeof SubnetPoolServiceService>;
  readonly allocations: ClientOf<typeof AllocationServiceService>;
}

/** ipam and topology on one log, as processes run them, and a client of each of their services. */
export interface ControlPlane extends Clients {
  readonly store: EventStore;
  readonly topology: TopologyContext;
  readonly ipam: ServiceContext<IpamState>;
  /** The same services, called by somebody: where they ask who calls. */
  as(caller: Caller): Clients;
  /** Appends to a stream as another service would. */
  record(stream: string, type: string, data: unknown, service: string): Promise<number>;
  /** Stops ipam: topology can't reach it from here on. */
  stopIpam(): Promise<void>;
  stop(): Promise<void>;
}

export interface ControlPlaneOptions {
  readonly settings?: Partial<NetworkSettings>;
  /** Stands between topology and ipam: to fail or to wait at a step. */
  readonly intercept?: (ipam: Ipam) => Ipam;
  readonly authenticate?: Authenticator;
}

const defaultSettings: NetworkSettings = {
  vniRange: { first: 1, last: 1_000 },
  underlayMtu: 1_500,
  vlanRange: new Map([["physnet1", { first: 100, last: 101 }]]),
  physicalNetworkMtu: new Map([["jumbo", 9_000]]),
  quota: {},
};

export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const { settings: own, intercept = (ipam) => ipam, authenticate } = options;
  const settings = { ...defaultSettings, ...own };
  const store = createMemoryStore();
  const mountIpam = (context: ServiceContext<IpamState>) => [
    mountSubnetService(context, { quota: settings.quota }),
    mountSubnetPoolService(context),
    mountAllocationService(context, { reuseDelayMs: 0 }),
  ];
  const ipam = await startInMemory(ipamFold, store, mountIpam, authenticate);
  let topologyContext: TopologyContext | undefined;
  const topology: ServiceInMemory<TopologyContext["fold"]["state"]> = await startInMemory(
    topologyFold,
    store,
    (context) => {
      topologyContext = { ...context, settings, ipam: intercept(createIpam(ipam.channel)) };
      return mountTopology(topologyContext);
    },
    authenticate,
  );
  if (topologyContext === undefined) throw new Error("topology was not mounted");
  const clients = clientsOf(topology.channel, ipam.channel);
  return {
    store,
    topology: topologyContext,
    ipam: ipam.context,
    ...clients,
    as: (caller) => clientsOf(calledBy(topology.channel, caller), calledBy(ipam.channel, caller)),
    async record(stream, type, data, service) {
      const metadata = { service, epoch: 1, timeMs: Date.now(), actor: "test", projectId: "" };
      const { position } = await store.append(stream, "any", [{ id: randomUUID(), type, data, metadata }]);
      await topology.context.follower.catchUp();
      return position;
    },
    stopIpam: () => ipam.server.stop(0),
    async stop() {
      await topology.stop();
      await ipam.stop();
      await store.close();
    },
  };
}

const clientsOf = (topology: Pick<Channel, "client">, ipam: Pick<Channel, "client">): Clients => ({
  networks: topology.client(NetworkServiceService),
  ports: topology.client(PortServiceService),
  routers: topology.client(RouterServiceService),
  floatingIps: topology.client(FloatingIpServiceService),
  portForwardings: topology.client(PortForwardingServiceService),
  securityGroups: topology.client(SecurityGroupServiceService),
  addressGroups: topology.client(AddressGroupServiceService),
  quotas: topology.client(QuotaServiceService),
  subnets: ipam.client(SubnetServiceService),
  subnetPools: ipam.client(SubnetPoolServiceService),
  allocations: ipam.client(AllocationServiceService),
});

/** The channel, with every call in somebody's name. */
const calledBy = (channel: Channel, caller: Caller): Pick<Channel, "client"> => ({
  client: <D extends object>(definition: D): ClientOf<D> => {
    const calls = Object.entries(channel.client(definition)) as [
      string,
      (request: unknown, options: object) => unknown,
    ][];
    const named = calls.map(([name, call]) => [
      name,
      (request: unknown, options = {}) => call(request, { ...options, caller }),
    ]);
    return Object.fromEntries(named) as ClientOf<D>;
  },
});

/** What a call was refused with; fails where it was not. */
export async function refusal(call: Promise<unknown>): Promise<CallFailure> {
  const answer = await call.catch((error: unknown) => {
    const failure = failureOf(error);
    if (failure === undefined) throw error;
    return { failure };
  });
  if (typeof answer === "object" && answer !== null && "failure" in answer) return answer.failure as CallFailure;
  throw new Error(`expected a refusal, but the answer was ${JSON.stringify(answer)}`);
}

/** The reason a call was refused with. */
export const reasonOf = async (call: Promise<unknown>): Promise<string | undefined> => (await refusal(call)).reason;
