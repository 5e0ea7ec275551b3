// Calls the control plane as clients do, in a lab host, and prints what it took, in ms, as a line of JSON:
// `routers <count>` and `floating-ips <count>` one after the other, `routers-at-once <count>` with many calls in flight.
import { openChannel } from "@rhumbline/grpc";
import { SubnetServiceService } from "@rhumbline/proto/rhumbline/ipam/v1/subnet_service";
import {
  RealisationServiceService,
  type ResourceKind,
} from "@rhumbline/proto/rhumbline/scheduler/v1/realisation_service";
import { AddressGroupServiceService } from "@rhumbline/proto/rhumbline/topology/v1/address_group_service";
import { FloatingIp } from "@rhumbline/proto/rhumbline/topology/v1/floating_ip";
import { FloatingIpServiceService } from "@rhumbline/proto/rhumbline/topology/v1/floating_ip_service";
import { NetworkServiceService } from "@rhumbline/proto/rhumbline/topology/v1/network_service";
import { PortForwardingServiceService } from "@rhumbline/proto/rhumbline/topology/v1/port_forwarding_service";
import { PortServiceService } from "@rhumbline/proto/rhumbline/topology/v1/port_service";
import { RouterServiceService } from "@rhumbline/proto/rhumbline/topology/v1/router_service";
import { SecurityGroupServiceService } from "@rhumbline/proto/rhumbline/topology/v1/security_group_service";
import { make, plainly } from "../../scenarios/topology/make.ts";
import { inFlight } from "../../support/simulated-nodes/large-world.ts";

const deadline = { timeoutMs: 300_000 };
/** Connections are made and code is compiled by the first calls: nobody waits for those twice. */
const warmUps = 5;
const callsInFlight = 32;

const topology = openChannel("127.0.0.1:4102");
const ipam = openChannel("127.0.0.1:4101");
const scheduler = openChannel("127.0.0.1:4103");
const routers = topology.client(RouterServiceService);
const floatingIps = topology.client(FloatingIpServiceService);
const networks = topology.client(NetworkServiceService);
const realisation = scheduler.client(RealisationServiceService);
const made = make({
  routers,
  floatingIps,
  networks,
  ports: topology.client(PortServiceService),
  portForwardings: topology.client(PortForwardingServiceService),
  securityGroups: topology.client(SecurityGroupServiceService),
  addressGroups: topology.client(AddressGroupServiceService),
  subnets: ipam.client(SubnetServiceService),
});

interface Subnetted {
  readonly networkId: string;
  readonly subnetId: string;
}

async function tenantNetwork(): Promise<Subnetted> {
  const network = await made.network();
  const subnet = await made.subnet(network.id, "10.0.0.0/16");
  return { networkId: network.id, subnetId: subnet.id };
}

async function tenantNetworks(count: number): Promise<Subnetted[]> {
  const found: Subnetted[] = [];
  await inFlight(callsInFlight, count, async () => found.push(await tenantNetwork()));
  return found;
}

async function externalNetworkId(): Promise<string> {
  const { networks: all } = await networks.listNetworks({
    ...{ pageSize: 0, pageToken: "", filter: "external=true", orderBy: "", minPosition: 0, asOf: undefined },
  });
  return all[0]?.id ?? "";
}

const realised = (kind: ResourceKind, id: string, position: number) =>
  realisation.awaitRealised({ kind, id, position }, deadline);

/** Three calls, each after the other's answer. @returns the router, and the position of the last call. */
async function makeRouter(
  externalId: string,
  { subnetId }: Subnetted,
): Promise<{ readonly id: string; readonly position: number }> {
  const router = await made.router();
  const externalGateway = { networkId: externalId, enableSnat: undefined, addresses: [], portId: "" };
  await routers.updateRouter({
    ...{ router: { ...router, externalGateway }, updateMask: ["external_gateway"], etag: "", ...plainly },
  });
  const { position } = await made.interface(router.id, subnetId);
  return { id: router.id, position };
}

/** ms from the first call to the answer of the last, and until the node has reported what they asked for. */
interface Timed {
  readonly answeredMs: number;
  readonly realisedMs: number;
}

async function timedRouter(externalId: string, network: Subnetted): Promise<Timed> {
  const startedMs = performance.now();
  const { id, position } = await makeRouter(externalId, network);
  const answeredMs = performance.now() - startedMs;
  await realised("RESOURCE_KIND_ROUTER", id, position);
  return { answeredMs, realisedMs: performance.now() - startedMs };
}

async function timedFloatingIp(floatingNetworkId: string, portId: string): Promise<Timed> {
  const startedMs = performance.now();
  const floatingIp = FloatingIp.fromPartial({ floatingNetworkId, portId });
  const answer = await floatingIps.createFloatingIp({ floatingIp, ...plainly });
  const answeredMs = performance.now() - startedMs;
  await realised("RESOURCE_KIND_FLOATING_IP", answer.floatingIp?.id ?? "", answer.position);
  return { answeredMs, realisedMs: performance.now() - startedMs };
}

async function routersInTurn(count: number): Promise<Timed[]> {
  const externalId = await externalNetworkId();
  const timed: Timed[] = [];
  for (const network of await tenantNetworks(count + warmUps)) timed.push(await timedRouter(externalId, network));
  return timed.slice(warmUps);
}

async function floatingIpsInTurn(count: number): Promise<Timed[]> {
  const externalId = await externalNetworkId();
  const network = await tenantNetwork();
  await timedRouter(externalId, network);
  const timed: Timed[] = [];
  for (let number = 0; number < count + warmUps; number += 1) {
    const { id: portId } = await made.port(network.networkId);
    timed.push(await timedFloatingIp(externalId, portId));
  }
  return timed.slice(warmUps);
}

/** All of them as one. */
async function routersAtOnce(count: number): Promise<Timed[]> {
  const externalId = await externalNetworkId();
  const free = await tenantNetworks(count);
  const startedMs = performance.now();
  let answeredMs = 0;
  await inFlight(callsInFlight, count, async (index) => {
    const network = free[index];
    if (network === undefined) return;
    const { id, position } = await makeRouter(externalId, network);
    answeredMs = Math.max(answeredMs, performance.now() - startedMs);
    await realised("RESOURCE_KIND_ROUTER", id, position);
  });
  return [{ answeredMs, realisedMs: performance.now() - startedMs }];
}

const pieces = new Map([
  ["routers", routersInTurn],
  ["floating-ips", floatingIpsInTurn],
  ["routers-at-once", routersAtOnce],
]);
const [what = "", count = ""] = process.argv.slice(2);
const timed = pieces.get(what);
if (timed === undefined) throw new Error(`no piece of work is called "${what}"; there are ${[...pieces.keys()]}`);
process.stdout.write(`${JSON.stringify(await timed(Number(count)))}\n`);
for (const channel of [topology, ipam, scheduler]) channel.close();
