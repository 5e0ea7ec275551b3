import { randomUUID } from "node:crypto";
import { type ExternalGateway, Router } from "@rhumbline/proto/rhumbline/topology/v1/router";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type ControlPlane, reasonOf, refusal, startControlPlane } from "./control-plane.ts";
import { firstPage, make, plainly, read } from "./make.ts";

let plane: ControlPlane;

beforeEach(async () => {
  plane = await startControlPlane();
});
afterEach(() => plane.stop());

const update = (fields: Partial<Router>, updateMask?: string[]) =>
  plane.routers.updateRouter({ router: Router.fromPartial(fields), updateMask, etag: "", ...plainly });
const get = async (id: string) => (await plane.routers.getRouter({ id, ...read })).router;
const remove = (id: string) => plane.routers.deleteRouter({ id, etag: "", ...plainly });
const addPort = (routerId: string, portId: string) =>
  plane.routers.addRouterInterface({ routerId, portId, subnetId: "", ...plainly });
const removeSubnet = (routerId: string, subnetId: string) =>
  plane.routers.removeRouterInterface({ routerId, subnetId, portId: "", ...plainly });
const gatewayIn = (networkId: string, fields: Partial<ExternalGateway> = {}): ExternalGateway => ({
  networkId,
  enableSnat: undefined,
  addresses: [],
  portId: "",
  ...fields,
});
const portIds = async () => (await plane.ports.listPorts(firstPage)).ports.map(({ id }) => id);

describe("an interface", () => {
  let routerId: string;
  let networkId: string;
  let subnetId: string;

  beforeEach(async () => {
    routerId = (await make(plane).router()).id;
    networkId = (await make(plane).network()).id;
    subnetId = (await make(plane).subnet(networkId, "10.0.0.0/24")).id;
  });

  test("by subnet has the subnet's gateway address, on a port of the router's", async () => {
    const { router, interface: added } = await make(plane).interface(routerId, subnetId);
    expect(added).toMatchObject({ networkId, subnetId, ipAddress: "10.0.0.1" });
    expect(router?.interfaces).toEqual([added]);
    const { port } = await plane.ports.getPort({ id: added?.portId ?? "", ...read });
    expect(port).toMatchObject({ deviceId: routerId, deviceOwner: "network:router_interface" });
  });

  test("by port takes the port's address", async () => {
    const port = await make(plane).port(networkId);
    const { interface: added } = await addPort(routerId, port.id);
    expect(added).toMatchObject({ portId: port.id, ipAddress: "10.0.0.2", macAddress: port.macAddress });
    expect((await plane.ports.getPort({ id: port.id, ...read })).port?.deviceId).toBe(routerId);
  });

  test("by a port with an address of each version has both, and they go together", async () => {
    const six = await make(plane).subnet(networkId, "2001:db8:1::/64");
    const port = await make(plane).port(networkId);
    expect(port.fixedIps).toHaveLength(2);
    await addPort(routerId, port.id);
    expect((await get(routerId))?.interfaces.map(({ ipAddress }) => ipAddress)).toEqual(
      port.fixedIps.map(({ ipAddress }) => ipAddress),
    );
    const { violations } = await refusal(removeSubnet(routerId, six.id));
    expect(violations).toMatchObject([{ field: "subnet_id" }]);
    const which = { routerId, portId: port.id, subnetId: "", ...plainly };
    expect((await plane.routers.removeRouterInterface(which)).router?.interfaces).toEqual([]);
    expect(await portIds()).toEqual([]);
  });

  test("by a port with two IPv4 addresses is refused", async () => {
    const fixedIps = ["10.0.0.20", "10.0.0.21"].map((ipAddress) => ({ subnetId: "", ipAddress }));
    const two = await make(plane).port(networkId, { fixedIps });
    const { violations } = await refusal(addPort(routerId, two.id));
    expect(violations).toMatchObject([{ field: "port_id" }]);
    expect((await get(routerId))?.interfaces).toEqual([]);
  });

  test("by a port that serves something else is refused", async () => {
    const port = await make(plane).port(networkId, { deviceId: "instance-1", deviceOwner: "compute:nova" });
    expect(await reasonOf(addPort(routerId, port.id))).toBe("PORT_OWNED_BY_DEVICE");
    expect((await get(routerId))?.interfaces).toEqual([]);
  });

  test("in a subnet that the router serves already is refused, and leaves no port", async () => {
    await make(plane).interface(routerId, subnetId);
    const before = await portIds();
    expect(await reasonOf(make(plane).interface(routerId, subnetId))).toBe("ROUTER_INTERFACE_EXISTS");
    expect(await portIds()).toEqual(before);
  });

  test("in a subnet that overlaps another of the router's is refused", async () => {
    await make(plane).interface(routerId, subnetId);
    const other = await make(plane).subnet((await make(plane).network()).id, "10.0.0.128/25");
    expect(await reasonOf(make(plane).interface(routerId, other.id))).toBe("ROUTER_SUBNETS_OVERLAP");
  });

  test("in a subnet without a gateway address, or whose gateway address is taken, is refused as ipam says", async () => {
    const bare = await make(plane).subnet((await make(plane).network()).id, "10.1.0.0/24", { noGateway: true });
    expect(await reasonOf(make(plane).interface(routerId, bare.id))).toBe("SUBNET_HAS_NO_GATEWAY");
    await make(plane).interface((await make(plane).router()).id, subnetId);
    expect(await reasonOf(make(plane).interface(routerId, subnetId))).toBe("IP_ADDRESS_IN_USE");
  });

  test("that is removed takes its port and address with it", async () => {
    await make(plane).interface(routerId, subnetId);
    expect((await removeSubnet(routerId, subnetId)).router?.interfaces).toEqual([]);
    expect(await portIds()).toEqual([]);
    await plane.subnets.deleteSubnet({ id: subnetId, etag: "", ...plainly });
  });

  test("that a route leads through is not removed", async () => {
    await make(plane).interface(routerId, subnetId);
    const routes = [{ destination: "192.168.0.0/16", nextHop: "10.0.0.9" }];
    await update({ id: routerId, routes }, ["routes"]);
    expect(await reasonOf(removeSubnet(routerId, subnetId))).toBe("ROUTER_REQUIRED_BY_ROUTE");
    await update({ id: routerId }, ["routes"]);
    await removeSubnet(routerId, subnetId);
  });

  test("asked for again with its request_id is the same one", async () => {
    const request = { routerId, subnetId, portId: "", requestId: randomUUID(), validateOnly: false };
    expect(await plane.routers.addRouterInterface(request)).toEqual(await plane.routers.addRouterInterface(request));
  });

  test("that is only validated takes no address", async () => {
    const request = { routerId, subnetId, portId: "", requestId: "", validateOnly: true };
    const { interface: added } = await plane.routers.addRouterInterface(request);
    expect(added?.ipAddress).toBe("10.0.0.1");
    expect(await portIds()).toEqual([]);
  });

  test("keeps its router from being deleted", async () => {
    await make(plane).interface(routerId, subnetId);
    const refused = await refusal(remove(routerId));
    expect(refused).toMatchObject({ reason: "ROUTER_IN_USE", facts: { subnetIds: subnetId } });
  });

  test("names exactly one of subnet and port, which must exist", async () => {
    const ask = (fields: { subnetId?: string; portId?: string }) =>
      plane.routers.addRouterInterface({ routerId, subnetId: "", portId: "", ...plainly, ...fields });
    expect((await refusal(ask({}))).violations[0]?.field).toBe("subnet_id");
    expect((await refusal(ask({ subnetId, portId: randomUUID() }))).violations[0]?.field).toBe("subnet_id");
    expect((await refusal(ask({ portId: "eth0" }))).violations[0]?.field).toBe("port_id");
    expect(await reasonOf(ask({ subnetId: randomUUID() }))).toBe("NOT_FOUND");
    expect(await reasonOf(ask({ portId: randomUUID() }))).toBe("NOT_FOUND");
    expect(await reasonOf(make(plane).interface(randomUUID(), subnetId))).toBe("NOT_FOUND");
  });
});

describe("an external gateway", () => {
  let externalId: string;

  beforeEach(async () => {
    externalId = (await make(plane).externalNetwork()).id;
    await make(plane).subnet(externalId, "203.0.113.0/24");
  });

  test("has an address of the external network and translates by default", async () => {
    const router = await make(plane).router({ externalGateway: gatewayIn(externalId) });
    expect(router.externalGateway).toMatchObject({ enableSnat: true, addresses: [{ ipAddress: "203.0.113.2" }] });
    const { port } = await plane.ports.getPort({ id: router.externalGateway?.portId ?? "", ...read });
    expect(port).toMatchObject({ deviceId: router.id, deviceOwner: "network:router_gateway" });
  });

  test("takes the address that is wished for", async () => {
    const addresses = [{ subnetId: "", ipAddress: "203.0.113.77" }];
    const router = await make(plane).router({ externalGateway: gatewayIn(externalId, { addresses }) });
    expect(router.externalGateway?.addresses).toMatchObject([{ ipAddress: "203.0.113.77" }]);
  });

  test("keeps its port when only SNAT changes", async () => {
    const router = await make(plane).router({ externalGateway: gatewayIn(externalId) });
    const wanted = gatewayIn(externalId, { enableSnat: false });
    const { router: after } = await update({ id: router.id, externalGateway: wanted }, ["external_gateway"]);
    expect(after?.externalGateway).toEqual({ ...router.externalGateway, enableSnat: false });
  });

  test("moves to another network, and its old port is gone", async () => {
    const router = await make(plane).router({ externalGateway: gatewayIn(externalId) });
    const other = await make(plane).externalNetwork("physnet2");
    await make(plane).subnet(other.id, "198.18.0.0/24");
    const { router: after } = await update({ id: router.id, externalGateway: gatewayIn(other.id) });
    expect(after?.externalGateway?.addresses).toMatchObject([{ ipAddress: "198.18.0.2" }]);
    expect(await portIds()).toEqual([after?.externalGateway?.portId]);
  });

  test("is set later, cleared, and goes with its router", async () => {
    const { id } = await make(plane).router();
    await update({ id, externalGateway: gatewayIn(externalId) });
    expect(await portIds()).toHaveLength(1);
    expect((await update({ id }, ["external_gateway"])).router?.externalGateway).toBeUndefined();
    expect(await portIds()).toEqual([]);
    await update({ id, externalGateway: gatewayIn(externalId) });
    await remove(id);
    expect(await portIds()).toEqual([]);
  });

  test("in a network that is not external, or has no subnet, is refused", async () => {
    const tenant = await make(plane).network();
    expect(await reasonOf(make(plane).router({ externalGateway: gatewayIn(tenant.id) }))).toBe("NETWORK_NOT_EXTERNAL");
    const bare = await make(plane).externalNetwork("physnet2");
    expect(await reasonOf(make(plane).router({ externalGateway: gatewayIn(bare.id) }))).toBe("NETWORK_HAS_NO_SUBNET");
  });

  test("that overlaps an interface is refused, and leaves no port", async () => {
    const subnet = await make(plane).subnet((await make(plane).network()).id, "203.0.113.0/25");
    const { id } = await make(plane).router();
    await make(plane).interface(id, subnet.id);
    const before = await portIds();
    expect(await reasonOf(update({ id, externalGateway: gatewayIn(externalId) }))).toBe("ROUTER_SUBNETS_OVERLAP");
    expect(await portIds()).toEqual(before);
  });
});

test("a route's next hop lies in a subnet of the router", async () => {
  const { router } = await make(plane).routed();
  const route = { destination: "192.168.0.0/16", nextHop: "172.16.0.1" };
  const refused = await refusal(update({ id: router.id, routes: [route] }, ["routes"]));
  expect(refused.violations[0]?.field).toBe("router.routes[0].next_hop");
  await update({ id: router.id, routes: [{ ...route, nextHop: "203.0.113.9" }] }, ["routes"]);
  expect(await reasonOf(update({ id: router.id }, ["external_gateway"]))).toBe("ROUTER_REQUIRED_BY_ROUTE");
});

test("a router is BUILD until the node that it is bound to has reported it", async () => {
  const { router, position } = await plane.routers.createRouter({ router: Router.fromPartial({}), ...plainly });
  const [routerId, nodeId] = [router?.id ?? "", randomUUID()];
  expect(router?.status).toBe("ROUTER_STATUS_BUILD");
  const bound = await plane.record(
    `routerBinding-${routerId}`,
    "RouterBound",
    { routerId, nodeId },
    "router-scheduler",
  );
  expect(bound).toBeGreaterThan(position);
  const report = (error: string) => {
    const resources = [{ key: `router.${routerId}`, position: bound, error }];
    return plane.record(`realised-${nodeId}`, "NodeChangesApplied", { nodeId, resources }, "router-scheduler");
  };
  await report("");
  expect((await get(routerId))?.status).toBe("ROUTER_STATUS_ACTIVE");
  await report("no such bridge");
  expect((await get(routerId))?.status).toBe("ROUTER_STATUS_ERROR");
  await plane.record(`routerBinding-${routerId}`, "RouterUnbound", { routerId, nodeId }, "router-scheduler");
  expect((await get(routerId))?.status).toBe("ROUTER_STATUS_BUILD");
});

test.each<[string, Partial<Router>]>([
  ["router.id", { id: randomUUID() }],
  ["router.name", { name: "x".repeat(256) }],
  ["router.external_gateway.network_id", { externalGateway: gatewayIn("public") }],
  [
    "router.external_gateway.addresses[0].ip_address",
    { externalGateway: gatewayIn(randomUUID(), { addresses: [{ subnetId: "", ipAddress: "203.0.113" }] }) },
  ],
  ["router.routes[0].destination", { routes: [{ destination: "10.0.0.1/8", nextHop: "10.0.0.1" }] }],
  ["router.routes[0].next_hop", { routes: [{ destination: "10.0.0.0/8", nextHop: "2001:db8::1" }] }],
])("%s is refused by its name", async (field, fields) => {
  const refused = await refusal(plane.routers.createRouter({ router: Router.fromPartial(fields), ...plainly }));
  expect(refused).toMatchObject({ reason: "INVALID_FIELD", violations: [{ field }] });
});
