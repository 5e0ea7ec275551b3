import { randomUUID } from "node:crypto";
import { authenticateHeaders, type Caller, type CallFailure } from "@rhumbline/grpc";
import { Subnet } from "@rhumbline/proto/rhumbline/ipam/v1/subnet";
import { SubnetPool } from "@rhumbline/proto/rhumbline/ipam/v1/subnet_pool_service";
import { FloatingIp } from "@rhumbline/proto/rhumbline/topology/v1/floating_ip";
import { Network } from "@rhumbline/proto/rhumbline/topology/v1/network";
import { Port } from "@rhumbline/proto/rhumbline/topology/v1/port";
import { PortForwarding } from "@rhumbline/proto/rhumbline/topology/v1/port_forwarding";
import { Quota } from "@rhumbline/proto/rhumbline/topology/v1/quota";
import { type ExternalGateway, Router } from "@rhumbline/proto/rhumbline/topology/v1/router";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Clients, type ControlPlane, reasonOf, refusal, startControlPlane } from "../topology/control-plane.ts";
import { firstPage, inNoPool, make, plainly, read } from "../topology/make.ts";

const callerOf = (user: string, projectId: string, role: Caller["role"]): Caller => ({ user, projectId, role });
const gatewayOn = (networkId: string): ExternalGateway => ({
  networkId,
  enableSnat: undefined,
  addresses: [],
  portId: "",
});

let plane: ControlPlane;
let alice: Clients;
let bob: Clients;
let root: Clients;
/** What alice's project p1 has. */
let own: {
  network: Network;
  subnet: Subnet;
  port: Port;
  router: Router;
  floatingIp: FloatingIp;
  forwarding: PortForwarding;
  pool: SubnetPool;
};
/** What the operator's project p0 has for all. */
let common: { external: Network; externalSubnet: Subnet; shared: Network; sharedSubnet: Subnet; pool: SubnetPool };

async function makePool(clients: Clients, prefix: string, fields: Partial<SubnetPool> = {}): Promise<SubnetPool> {
  const subnetPool = SubnetPool.fromPartial({ prefixes: [prefix], defaultPrefixLength: 24, ...fields });
  const made = await clients.subnetPools.createSubnetPool({ subnetPool, ...plainly });
  return made.subnetPool ?? SubnetPool.fromPartial({});
}

beforeAll(async () => {
  plane = await startControlPlane({ authenticate: authenticateHeaders });
  alice = plane.as(callerOf("alice", "p1", "member"));
  bob = plane.as(callerOf("bob", "p2", "member"));
  root = plane.as(callerOf("root", "p0", "admin"));
  const external = await make(root).externalNetwork();
  const externalSubnet = await make(root).subnet(external.id, "203.0.113.0/24");
  const shared = await make(root).network({ name: "commons", shared: true });
  const sharedSubnet = await make(root).subnet(shared.id, "192.168.0.0/24");
  common = {
    external,
    externalSubnet,
    shared,
    sharedSubnet,
    pool: await makePool(root, "10.128.0.0/9", { shared: true }),
  };
  const network = await make(alice).network({ name: "web" });
  const subnet = await make(alice).subnet(network.id, "10.0.0.0/24", { name: "web-v4" });
  const router = await make(alice).router({ name: "r1", externalGateway: gatewayOn(external.id) });
  await make(alice).interface(router.id, subnet.id);
  const port = await make(alice).port(network.id, { name: "vm" });
  const floatingIp = await make(alice).floatingIp(external.id, { portId: port.id });
  const { id: floatingIpId } = await make(alice).floatingIp(external.id);
  const forwarding = await make(alice).portForwarding({
    floatingIpId,
    internalPortId: port.id,
    externalPorts: { first: 80, last: 80 },
  });
  own = { network, subnet, port, router, floatingIp, forwarding, pool: await makePool(alice, "10.64.0.0/10") };
});
afterAll(() => plane.stop());

/** One call on a thing: of its kind, by its id. */
type Call = (clients: Clients, id: string) => Promise<unknown>;
const byId: Readonly<Record<string, readonly [() => string, Call]>> = {
  getNetwork: [() => own.network.id, (c, id) => c.networks.getNetwork({ id, ...read })],
  updateNetwork: [
    () => own.network.id,
    (c, id) =>
      c.networks.updateNetwork({
        network: Network.fromPartial({ id, name: "x" }),
        updateMask: ["name"],
        etag: "77",
        ...plainly,
      }),
  ],
  deleteNetwork: [() => own.network.id, (c, id) => c.networks.deleteNetwork({ id, etag: "77", ...plainly })],
  getSubnet: [() => own.subnet.id, (c, id) => c.subnets.getSubnet({ id, ...read })],
  updateSubnet: [
    () => own.subnet.id,
    (c, id) =>
      c.subnets.updateSubnet({
        subnet: Subnet.fromPartial({ id, name: "x" }),
        updateMask: ["name"],
        etag: "77",
        ...plainly,
      }),
  ],
  deleteSubnet: [() => own.subnet.id, (c, id) => c.subnets.deleteSubnet({ id, etag: "77", ...plainly })],
  getSubnetPool: [() => own.pool.id, (c, id) => c.subnetPools.getSubnetPool({ id, ...read })],
  updateSubnetPool: [
    () => own.pool.id,
    (c, id) =>
      c.subnetPools.updateSubnetPool({
        subnetPool: SubnetPool.fromPartial({ id, name: "x" }),
        updateMask: ["name"],
        etag: "77",
        ...plainly,
      }),
  ],
  deleteSubnetPool: [() => own.pool.id, (c, id) => c.subnetPools.deleteSubnetPool({ id, etag: "77", ...plainly })],
  getPort: [() => own.port.id, (c, id) => c.ports.getPort({ id, ...read })],
  updatePort: [
    () => own.port.id,
    (c, id) =>
      c.ports.updatePort({ port: Port.fromPartial({ id, name: "x" }), updateMask: ["name"], etag: "77", ...plainly }),
  ],
  deletePort: [() => own.port.id, (c, id) => c.ports.deletePort({ id, etag: "77", ...plainly })],
  getRouter: [() => own.router.id, (c, id) => c.routers.getRouter({ id, ...read })],
  updateRouter: [
    () => own.router.id,
    (c, id) =>
      c.routers.updateRouter({
        router: Router.fromPartial({ id, name: "x" }),
        updateMask: ["name"],
        etag: "77",
        ...plainly,
      }),
  ],
  deleteRouter: [() => own.router.id, (c, id) => c.routers.deleteRouter({ id, etag: "77", ...plainly })],
  addRouterInterface: [
    () => own.router.id,
    (c, id) => c.routers.addRouterInterface({ routerId: id, portId: "", subnetId: bobsSubnet.id, ...plainly }),
  ],
  removeRouterInterface: [
    () => own.router.id,
    (c, id) => c.routers.removeRouterInterface({ routerId: id, subnetId: own.subnet.id, portId: "", ...plainly }),
  ],
  getFloatingIp: [() => own.floatingIp.id, (c, id) => c.floatingIps.getFloatingIp({ id, ...read })],
  updateFloatingIp: [
    () => own.floatingIp.id,
    (c, id) =>
      c.floatingIps.updateFloatingIp({
        floatingIp: FloatingIp.fromPartial({ id, description: "x" }),
        updateMask: ["description"],
        etag: "77",
        ...plainly,
      }),
  ],
  deleteFloatingIp: [
    () => own.floatingIp.id,
    (c, id) => c.floatingIps.deleteFloatingIp({ id, etag: "77", ...plainly }),
  ],
  getPortForwarding: [() => own.forwarding.id, (c, id) => c.portForwardings.getPortForwarding({ id, ...read })],
  updatePortForwarding: [
    () => own.forwarding.id,
    (c, id) =>
      c.portForwardings.updatePortForwarding({
        portForwarding: PortForwarding.fromPartial({ id, description: "x" }),
        updateMask: ["description"],
        etag: "77",
        ...plainly,
      }),
  ],
  deletePortForwarding: [
    () => own.forwarding.id,
    (c, id) => c.portForwardings.deletePortForwarding({ id, etag: "77", ...plainly }),
  ],
  "a port forwarding of the floating IP": [
    () => own.floatingIp.id,
    (c, id) =>
      make(c).portForwarding({
        floatingIpId: id,
        internalPortId: own.port.id,
        externalPorts: { first: 22, last: 22 },
      }),
  ],
  "a port in the network": [() => own.network.id, (c, id) => make(c).port(id)],
  "a subnet in the network": [() => own.network.id, (c, id) => make(c).subnet(id, "10.0.0.0/25")],
  "a subnet of the subnet pool": [() => own.pool.id, (c, id) => make(c).subnet(bobs.id, "", { subnetPoolId: id })],
  "a gateway on the network": [() => own.network.id, (c, id) => make(c).router({ externalGateway: gatewayOn(id) })],
  "a floating IP of the network": [() => own.network.id, (c, id) => make(c).floatingIp(id)],
  "a floating IP for the port": [() => own.port.id, (c, id) => make(c).floatingIp(common.external.id, { portId: id })],
  "an interface in the subnet": [
    () => own.subnet.id,
    (c, id) => c.routers.addRouterInterface({ routerId: bobsRouter.id, subnetId: id, portId: "", ...plainly }),
  ],
  "an interface that is the port": [
    () => own.port.id,
    (c, id) => c.routers.addRouterInterface({ routerId: bobsRouter.id, subnetId: "", portId: id, ...plainly }),
  ],
};
let bobsSubnet: Subnet;
let bobs: Network;
let bobsRouter: Router;

describe("what a project has is not there for another", () => {
  beforeAll(async () => {
    bobs = await make(bob).network({ name: "web" });
    bobsRouter = await make(bob).router();
    bobsSubnet = await make(bob).subnet((await make(bob).network()).id, "10.99.0.0/24");
  });

  test.each(Object.entries(byId))("%s", async (_name, [idOf, call]) => {
    const [id, nothing] = [idOf(), randomUUID()];
    const asKnown = (failure: CallFailure, named: string): unknown =>
      JSON.parse(JSON.stringify(failure).replaceAll(named, "ID"));
    const refused = asKnown(await refusal(call(bob, id)), id);
    expect(refused).toMatchObject({ reason: "NOT_FOUND" });
    expect(refused).toEqual(asKnown(await refusal(call(bob, nothing)), nothing));
  });

  test("no list, filter, order or page tells of it", async () => {
    const ids = new Set(Object.values(own).map(({ id }) => id));
    for (const orderBy of ["", "project_id", "create_time desc"])
      for (const filter of ["", 'project_id = "p1"', `id = "${own.network.id}"`]) {
        const query = { ...firstPage, filter, orderBy, pageSize: 1_000 };
        const answers = await Promise.all([
          bob.networks.listNetworks(query),
          bob.subnets.listSubnets(query),
          bob.subnetPools.listSubnetPools(query),
          bob.ports.listPorts(query),
          bob.routers.listRouters(query),
          bob.floatingIps.listFloatingIps(query),
          bob.portForwardings.listPortForwardings(query),
        ]);
        for (const id of ids) expect(JSON.stringify(answers)).not.toContain(id);
        if (filter !== "") for (const answer of answers) expect(Object.values(answer)[0]).toEqual([]);
      }
    const first = await root.networks.listNetworks({ ...firstPage, pageSize: 1 });
    const after = await bob.networks.listNetworks({ ...firstPage, pageToken: first.nextPageToken });
    expect(after.networks.every(({ projectId, shared, external }) => projectId === "p2" || shared || external)).toBe(
      true,
    );
  });

  test("two projects may use the same names and addresses, and never meet", async () => {
    const subnet = await make(bob).subnet(bobs.id, "10.0.0.0/24", { name: "web-v4" });
    const port = await make(bob).port(bobs.id, { name: "vm" });
    expect(port.fixedIps).toEqual([{ subnetId: subnet.id, ipAddress: own.port.fixedIps[0]?.ipAddress }]);
    for (const [clients, network, vm] of [
      [alice, own.network, own.port],
      [bob, bobs, port],
    ] as const) {
      const named = { ...firstPage, filter: 'name = "web"' };
      expect((await clients.networks.listNetworks(named)).networks.map(({ id }) => id)).toEqual([network.id]);
      const called = { ...firstPage, filter: 'name = "vm"' };
      expect((await clients.ports.listPorts(called)).ports.map(({ id }) => id)).toEqual([vm.id]);
    }
    const both = await root.networks.listNetworks({ ...firstPage, filter: 'name = "web"' });
    expect(both.networks.map(({ projectId }) => projectId).sort()).toEqual(["p1", "p2"]);
    const one = await root.networks.listNetworks({ ...firstPage, filter: 'name = "web" AND project_id = "p2"' });
    expect(one.networks.map(({ id }) => id)).toEqual([bobs.id]);
  });

  test("a request id is its caller's own", async () => {
    const request = { network: Network.fromPartial({ name: "once" }), requestId: randomUUID(), validateOnly: false };
    const made = await Promise.all([alice, bob].map((clients) => clients.networks.createNetwork(request)));
    expect(made.map(({ network }) => network?.projectId)).toEqual(["p1", "p2"]);
    expect(new Set(made.map(({ network }) => network?.id)).size).toBe(2);
  });
});

describe("what every project may use", () => {
  test("is seen by all, and changed by none but its own", async () => {
    const { external, externalSubnet, shared, sharedSubnet, pool } = common;
    for (const { id } of [external, shared]) {
      expect((await bob.networks.getNetwork({ id, ...read })).network).toMatchObject({ id, segment: undefined });
      expect(await reasonOf(bob.networks.deleteNetwork({ id, etag: "77", ...plainly }))).toBe("FORBIDDEN");
      const network = Network.fromPartial({ id, name: "mine" });
      expect(await reasonOf(bob.networks.updateNetwork({ network, updateMask: ["name"], etag: "", ...plainly }))).toBe(
        "FORBIDDEN",
      );
      expect(await reasonOf(make(bob).subnet(id, "10.9.0.0/24"))).toBe("FORBIDDEN");
    }
    for (const { id } of [externalSubnet, sharedSubnet]) {
      expect((await bob.subnets.getSubnet({ id, ...read })).subnet?.id).toBe(id);
      expect(await reasonOf(bob.subnets.deleteSubnet({ id, etag: "77", ...plainly }))).toBe("FORBIDDEN");
    }
    expect(await reasonOf(bob.subnetPools.deleteSubnetPool({ id: pool.id, etag: "", ...plainly }))).toBe("FORBIDDEN");
    const { network } = await root.networks.getNetwork({ id: external.id, ...read });
    expect(network?.segment?.physicalNetwork).toMatch(/^physnet/);
  });

  test("a shared network gives ports, but not the address or MAC address that one would like", async () => {
    const { shared, sharedSubnet, external } = common;
    const port = await make(bob).port(shared.id, { fixedIps: [{ subnetId: sharedSubnet.id, ipAddress: "" }] });
    const chosen = { fixedIps: [{ subnetId: "", ipAddress: "192.168.0.77" }] };
    expect(await reasonOf(make(bob).port(shared.id, chosen))).toBe("FORBIDDEN");
    expect(await reasonOf(make(bob).port(shared.id, { macAddress: "fa:16:3e:00:00:01" }))).toBe("FORBIDDEN");
    expect(await reasonOf(make(bob).port(shared.id, { portSecurityDisabled: true }))).toBe("FORBIDDEN");
    const pairs = { allowedAddressPairs: [{ ipAddress: "192.168.0.77", macAddress: "" }] };
    expect(await reasonOf(make(bob).port(shared.id, pairs))).toBe("FORBIDDEN");
    const update = {
      port: { ...Port.fromPartial({ id: port.id }), ...chosen },
      updateMask: ["fixed_ips"],
      etag: "",
      ...plainly,
    };
    expect(await reasonOf(bob.ports.updatePort(update))).toBe("FORBIDDEN");
    const opened = { ...update, port: { ...update.port, ...pairs }, updateMask: ["allowed_address_pairs"] };
    expect(await reasonOf(bob.ports.updatePort(opened))).toBe("FORBIDDEN");
    expect(await reasonOf(make(bob).port(external.id))).toBe("FORBIDDEN");
    const router = await make(bob).router();
    expect(await reasonOf(make(bob).interface(router.id, sharedSubnet.id))).toBe("FORBIDDEN");
    await bob.routers.addRouterInterface({ routerId: router.id, portId: port.id, subnetId: "", ...plainly });
    expect(await reasonOf(alice.ports.getPort({ id: port.id, ...read }))).toBe("NOT_FOUND");
    expect((await root.ports.getPort({ id: port.id, ...read })).port?.projectId).toBe("p2");
  });

  test("a shared subnet pool names none of another project's subnets", async () => {
    const made = await make(alice).network();
    const taken = await make(alice).subnet(made.id, "", { subnetPoolId: common.pool.id });
    const other = await make(bob).network();
    const refused = await refusal(make(bob).subnet(other.id, taken.cidr, { subnetPoolId: common.pool.id }));
    expect(refused.reason).toBe("CIDR_IN_USE");
    expect(JSON.stringify(refused)).not.toContain(taken.id);
  });

  test("the owner of a network sees what others have in it, and may only take it away", async () => {
    const network = await make(alice).network();
    await make(alice).subnet(network.id, "10.5.0.0/24");
    const guest = await make(root).port(network.id, { projectId: "p2" });
    expect((await alice.ports.getPort({ id: guest.id, ...read })).port?.projectId).toBe("p2");
    const update = {
      port: Port.fromPartial({ id: guest.id, name: "mine" }),
      updateMask: ["name"],
      etag: "",
      ...plainly,
    };
    expect(await reasonOf(alice.ports.updatePort(update))).toBe("FORBIDDEN");
    expect(await reasonOf(make(alice).floatingIp(common.external.id, { portId: guest.id }))).toBe("FORBIDDEN");
    await alice.ports.deletePort({ id: guest.id, etag: "", ...plainly });
  });
});

describe("what only an administrator sets", () => {
  const forbidden: Readonly<Record<string, () => Promise<unknown>>> = {
    "another project's network": () => make(alice).network({ projectId: "p2" }),
    "a shared network": () => make(alice).network({ shared: true }),
    "an external network": () => make(alice).network({ external: true }),
    "a flat network": () =>
      make(alice).network({
        segment: { networkType: "NETWORK_TYPE_FLAT", physicalNetwork: "physnet2", segmentationId: 0 },
      }),
    "a VNI": () =>
      make(alice).network({ segment: { networkType: "NETWORK_TYPE_VXLAN", physicalNetwork: "", segmentationId: 77 } }),
    "sharing a network": () =>
      alice.networks.updateNetwork({
        network: Network.fromPartial({ id: own.network.id, shared: true }),
        updateMask: undefined,
        etag: "",
        ...plainly,
      }),
    "another project's port": () => make(alice).port(own.network.id, { projectId: "p2" }),
    "a port's node": () =>
      make(alice).port(own.network.id, { binding: { host: "node1", device: "", move: undefined } }),
    "the node of a port that is": () =>
      alice.ports.updatePort({
        port: Port.fromPartial({ id: own.port.id, binding: { host: "node1", device: "", move: undefined } }),
        updateMask: undefined,
        etag: "",
        ...plainly,
      }),
    "a port's node taken away": () =>
      alice.ports.updatePort({
        port: Port.fromPartial({ id: own.port.id }),
        updateMask: ["binding"],
        etag: "",
        ...plainly,
      }),
    "another project's router": () => make(alice).router({ projectId: "p2" }),
    "a gateway's address": () =>
      make(alice).router({
        externalGateway: { ...gatewayOn(common.external.id), addresses: [{ subnetId: "", ipAddress: "203.0.113.99" }] },
      }),
    "a gateway without SNAT": () =>
      make(alice).router({ externalGateway: { ...gatewayOn(common.external.id), enableSnat: false } }),
    "SNAT off": () =>
      alice.routers.updateRouter({
        router: {
          ...Router.fromPartial({ id: own.router.id }),
          externalGateway: { ...gatewayOn(common.external.id), enableSnat: false },
        },
        updateMask: undefined,
        etag: "",
        ...plainly,
      }),
    "another project's floating IP": () => make(alice).floatingIp(common.external.id, { projectId: "p2" }),
    "a floating IP's address": () => make(alice).floatingIp(common.external.id, { floatingIpAddress: "203.0.113.98" }),
    "another project's subnet": () => make(alice).subnet(own.network.id, "10.7.0.0/24", { projectId: "p2" }),
    "a shared subnet pool": () => makePool(alice, "10.64.0.0/10", { shared: true }),
    "a default subnet pool": () => makePool(alice, "10.64.0.0/10", { isDefault: true }),
    "a quota": () =>
      alice.quotas.updateQuota({
        quota: Quota.fromPartial({ projectId: "p1", port: 9 }),
        updateMask: undefined,
        ...plainly,
      }),
    "another project's quota, to read": () => alice.quotas.getQuota({ projectId: "p2", ...read }),
    "ipam's allocations": () => alice.allocations.listAllocations({ ...read, minAgeMs: 0, pageSize: 0, pageToken: "" }),
  };
  test.each(Object.entries(forbidden))("%s", async (_name, call) => {
    expect(await reasonOf(call())).toBe("FORBIDDEN");
  });

  test("what a member read he may send back whole", async () => {
    const { network } = await alice.networks.getNetwork({ id: own.network.id, ...read });
    await alice.networks.updateNetwork({ network, updateMask: ["*"], etag: "", ...plainly });
    const { router } = await alice.routers.getRouter({ id: own.router.id, ...read });
    await alice.routers.updateRouter({ router, updateMask: ["*"], etag: "", ...plainly });
    const { port } = await alice.ports.getPort({ id: own.port.id, ...read });
    await alice.ports.updatePort({ port, updateMask: ["*"], etag: "", ...plainly });
  });

  test("a member reads his own quota, and a reader changes nothing", async () => {
    expect((await alice.quotas.getQuota({ projectId: "p1", ...read })).used).toMatchObject({ projectId: "p1" });
    const carol = plane.as(callerOf("carol", "p1", "reader"));
    expect((await carol.networks.getNetwork({ id: own.network.id, ...read })).network?.name).toBe("web");
    const rehearsed = { network: Network.fromPartial({}), requestId: "", validateOnly: true };
    expect(await reasonOf(carol.networks.createNetwork(rehearsed))).toBe("FORBIDDEN");
  });
});

test("events tell who asked and whose it is, through both services", async () => {
  const network = await make(alice).network();
  const { subnet } = await alice.subnets.createSubnet({
    subnet: Subnet.fromPartial({ networkId: network.id, cidr: "10.6.0.0/24" }),
    ...inNoPool,
    ...plainly,
  });
  const port = await make(alice).port(network.id);
  const streams = [`network-${network.id}`, `scope-${network.id}`, `subnet-${subnet?.id}`, `port-${port.id}`];
  for (const stream of streams)
    for await (const { metadata } of plane.store.readStream(stream))
      expect([stream, metadata]).toMatchObject([stream, { actor: "alice", projectId: "p1" }]);
});
