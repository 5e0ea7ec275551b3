// Calls the control plane as clients do, in a lab host, and prints what it took, in ms, as a line of JSON:
// `routers <count> <standing>` and `floating-ips <count> <standing>` one after the other, among those that stand then;
// `routers-at-once <count>` with many calls in flight; `routers-come-and-go <count>` and `floating-ips-come-and-go <count>`
// for processes whose code is to be compiled.
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

interface Made extends Timed {
  readonly id: string;
}

async function timedRouter(externalId: string, network: Subnetted): Promise<Made> {
  const startedMs = performance.now();
  const { id, position } = await makeRouter(externalId, network);
  const answeredMs = performance.now() - startedMs;
  await realised("RESOURCE_KIND_ROUTER", id, position);
  return { id, answeredMs, realisedMs: performance.now() - startedMs };
}

async function timedFloatingIp(floatingNetworkId: string, portId: string): Promise<Made> {
  const startedMs = performance.now();
  const floatingIp = FloatingIp.fromPartial({ floatingNetworkId, portId });
  const answer = await floatingIps.createFloatingIp({ floatingIp, ...plainly });
  const id = answer.floatingIp?.id ?? "";
  const answeredMs = performance.now() - startedMs;
  await realised("RESOURCE_KIND_FLOATING_IP", id, answer.position);
  return { id, answeredMs, realisedMs: performance.now() - startedMs };
}

/** How many there are to be, and how many are made before them, many at a time, and not timed. */
interface Counts {
  readonly count: number;
  readonly standing: number;
}

async function routersInTurn({ count, standing }: Counts): Promise<Timed[]> {
  const externalId = await externalNetworkId();
  const networks = await tenantNetworks(standing + count);
  return inTurn(networks, standing, (network) => timedRouter(externalId, network));
}

async function routersComeAndGo({ count }: Counts): Promise<Timed[]> {
  const externalId = await externalNetworkId();
  return comeAndGo(await tenantNetworks(callsInFlight), count, async (network) => {
    const { subnetId } = network;
    const { id: routerId } = await timedRouter(externalId, network);
    await routers.removeRouterInterface({ routerId, subnetId, portId: "", ...plainly });
    await routers.deleteRouter({ id: routerId, etag: "", ...plainly });
  });
}

async function floatingIpsInTurn({ count, standing }: Counts): Promise<Timed[]> {
  const { externalId, portIds } = await routedPorts(standing + count);
  return inTurn(portIds, standing, (portId) => timedFloatingIp(externalId, portId));
}

async function floatingIpsComeAndGo({ count }: Counts): Promise<Timed[]> {
  const { externalId, portIds } = await routedPorts(callsInFlight);
  return comeAndGo(portIds, count, async (portId) => {
    const { id } = await timedFloatingIp(externalId, portId);
    await floatingIps.deleteFloatingIp({ id, etag: "", ...plainly });
  });
}

/** Ports of one network with a router to the external one. */
async function routedPorts(count: number): Promise<{ readonly externalId: string; readonly portIds: string[] }> {
  const externalId = await externalNetworkId();
  const network = await tenantNetwork();
  await timedRouter(externalId, network);
  const portIds: string[] = [];
  await inFlight(callsInFlight, count, async () => portIds.push((await made.port(network.networkId)).id));
  return { externalId, portIds };
}

async function inTurn<T>(places: readonly T[], standing: number, make: (place: T) => Promise<Timed>): Promise<Timed[]> {
  await eachInFlight(places.slice(0, standing), make);
  const timed: Timed[] = [];
  for (const place of places.slice(standing)) timed.push(await make(place));
  return timed;
}

/** Each place is used by one at a time. */
async function comeAndGo<T>(
  places: readonly T[],
  count: number,
  comeAndGoAt: (place: T) => Promise<void>,
): Promise<Timed[]> {
  let left = count;
  await eachInFlight(places, async (place) => {
    while (left > 0) {
      left -= 1;
      await comeAndGoAt(place);
    }
  });
  return [];
}

function eachInFlight<T>(things: readonly T[], work: (thing: T) => Promise<unknown>): Promise<void> {
  return inFlight(callsInFlight, things.length, async (at) => {
    const thing = things[at];
    if (thing !== undefined) await work(thing);
  });
}

/** All of them as one. */
async function routersAtOnce({ count }: Counts): Promise<Timed[]> {
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
  ["routers-come-and-go", routersComeAndGo],
  ["floating-ips-come-and-go", floatingIpsComeAndGo],
]);
const [what = "", count, standing = "0"] = process.argv.slice(2);
const timed = pieces.get(what);
if (timed === undefined) throw new Error(`no piece of work is called "${what}"; there are ${[...pieces.keys()]}`);
const answer = await timed({ count: Number(count), standing: Number(standing) });
process.stdout.write(`${JSON.stringify(answer)}\n`);
for (const channel of [topology, ipam, scheduler]) channel.close();
