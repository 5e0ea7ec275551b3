import type { Channel } from "@rhumbline/grpc";
import { SubnetServiceService } from "@rhumbline/proto/rhumbline/ipam/v1/subnet_service";
import {
  type RouterBinding,
  RouterBindingServiceService,
} from "@rhumbline/proto/rhumbline/scheduler/v1/router_binding_service";
import { AddressGroupServiceService } from "@rhumbline/proto/rhumbline/topology/v1/address_group_service";
import { FloatingIpServiceService } from "@rhumbline/proto/rhumbline/topology/v1/floating_ip_service";
import type { Network } from "@rhumbline/proto/rhumbline/topology/v1/network";
import { NetworkServiceService } from "@rhumbline/proto/rhumbline/topology/v1/network_service";
import { PortForwardingServiceService } from "@rhumbline/proto/rhumbline/topology/v1/port_forwarding_service";
import { PortServiceService } from "@rhumbline/proto/rhumbline/topology/v1/port_service";
import type { Router } from "@rhumbline/proto/rhumbline/topology/v1/router";
import { RouterServiceService } from "@rhumbline/proto/rhumbline/topology/v1/router_service";
import { SecurityGroupServiceService } from "@rhumbline/proto/rhumbline/topology/v1/security_group_service";
import { make, read } from "../../scenarios/topology/make.ts";
import { type ControlPlane, startControlPlane } from "../control-plane.ts";
import { SimulatedNodes } from "./simulated-nodes.ts";

/** Every process of the control plane, and simulated nodes. */
export interface LargeWorld {
  readonly plane: ControlPlane;
  readonly nodes: SimulatedNodes;
  readonly make: ReturnType<typeof make>;
  /** A tenant network with a subnet, and a router between it and the external one.
   *  @param projectId whose they are; by default the caller's. */
  makeRouted(
    externalNetworkId: string,
    projectId?: string,
  ): Promise<{ readonly network: Network; readonly router: Router }>;
  bindingOf(routerId: string): Promise<RouterBinding>;
  stop(): Promise<void>;
}

/** @param fill as of startControlPlane. */
export async function startLargeWorld(
  nodeCount: number,
  fill?: (folder: string) => Promise<unknown>,
): Promise<LargeWorld> {
  const plane = await startControlPlane([], fill);
  const nodes = await SimulatedNodes.start(plane.nats, nodeCount);
  const { bindings, ...clients } = clientsOf(plane);
  const making = make(clients);
  return {
    plane,
    nodes,
    make: making,
    async makeRouted(externalNetworkId, projectId = "") {
      const network = await making.network({ projectId });
      const subnet = await making.subnet(network.id, "10.0.0.0/16");
      const gateway = { networkId: externalNetworkId, enableSnat: undefined, addresses: [], portId: "" };
      const router = await making.router({ projectId, externalGateway: gateway });
      await making.interface(router.id, subnet.id);
      return { network, router };
    },
    async bindingOf(routerId) {
      const { routerBinding } = await bindings.getRouterBinding({ routerId, ...read });
      if (routerBinding === undefined) throw new Error(`router ${routerId} is bound nowhere`);
      return routerBinding;
    },
    async stop() {
      await nodes.dispose();
      await plane.stop();
    },
  };
}

function clientsOf({ service }: ControlPlane) {
  const topology: Channel = service("topology").channel;
  return {
    networks: topology.client(NetworkServiceService),
    ports: topology.client(PortServiceService),
    routers: topology.client(RouterServiceService),
    floatingIps: topology.client(FloatingIpServiceService),
    portForwardings: topology.client(PortForwardingServiceService),
    securityGroups: topology.client(SecurityGroupServiceService),
    addressGroups: topology.client(AddressGroupServiceService),
    subnets: service("ipam").channel.client(SubnetServiceService),
    bindings: service("router-scheduler").channel.client(RouterBindingServiceService),
  };
}

/** Runs the numbered pieces of work, so many at once. */
export async function inFlight(atOnce: number, count: number, work: (index: number) => Promise<unknown>) {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
