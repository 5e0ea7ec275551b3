// Calls the control plane as clients do, in a lab host, and prints what it took, in ms, as a line of JSON:
// `routers <count> <warm-ups>` and `floating-ips <count> <warm-ups>` one after the other, `routers-at-once <count>` with many
// calls in flight.
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

/** @param warmUps that are made before, many at a time, and not counted. */
async function routersInTurn(count: number, warmUps: number): Promise<Timed[]> {
  const externalId = await externalNetworkId();
  const free = await tenantNetworks(warmUps + count);
  const make = (network: Subnetted): Promise<Timed> => timedRouter(externalId, network);
  await eachInFlight(free.slice(0, warmUps), make);
  const timed: Timed[] = [];
  for (const network of free.slice(warmUps)) timed.push(await make(network));
  return timed;
}

async function floatingIpsInTurn(count: number, warmUps: number): Promise<Timed[]> {
  const externalId = await externalNetworkId();
  const network = await tenantNetwork();
  await timedRouter(externalId, network);
  const portIds: string[] = [];
  await inFlight(callsInFlight, warmUps + count, async () => portIds.push((await made.port(network.networkId)).id));
  const make = (portId: string): Promise<Timed> => timedFloatingIp(externalId, portId);
  await eachInFlight(portIds.slice(0, warmUps), make);
  const timed: Timed[] = [];
  for (const portId of portIds.slice(warmUps)) timed.push(await make(portId));
  return timed;
}

function eachInFlight<T>(things: readonly T[], work: (thing: T) => Promise<unknown>): Promise<void> {
  return inFlight(callsInFlight, things.length, async (at) => {
    const thing = things[at];
    if (thing !== undefined) await work(thing);
  });
}

/** All of them as one. */
async function routersAtOnce(count: number): Promise<Timed[]> {
  const externalId = await externalNetworkId();
  const free = await tenantNetworks(count);
  const startedMs = performance.now();
  let answeredMs = 0;
  await eachInFlight(free, async (network) => {
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
const [what = "", count, warmUps = "0"] = process.argv.slice(2);
const timed = pieces.get(what);
if (timed === undefined) throw new Error(`no piece of work is called "${what}"; there are ${[...pieces.keys()]}`);
process.stdout.write(`${JSON.stringify(await timed(Number(count), Number(warmUps)))}\n`);
for (const channel of [topology, ipam, scheduler]) channel.close();
