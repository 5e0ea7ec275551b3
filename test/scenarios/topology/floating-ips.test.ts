import { randomUUID } from "node:crypto";
import { FloatingIp } from "@rhumbline/proto/rhumbline/topology/v1/floating_ip";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type ControlPlane, reasonOf, refusal, startControlPlane } from "./control-plane.ts";
import { firstPage, make, plainly, read } from "./make.ts";

let plane: ControlPlane;
let things: Awaited<ReturnType<ReturnType<typeof make>["routed"]>>;

beforeEach(async () => {
  plane = await startControlPlane();
  things = await make(plane).routed();
});
afterEach(() => plane.stop());

const create = (fields: Partial<FloatingIp>) => make(plane).floatingIp(things.external.id, fields);
const update = (fields: Partial<FloatingIp>, updateMask?: string[]) =>
  plane.floatingIps.updateFloatingIp({ floatingIp: FloatingIp.fromPartial(fields), updateMask, etag: "", ...plainly });
const get = async (id: string) => (await plane.floatingIps.getFloatingIp({ id, ...read })).floatingIp;
const deletePort = (id: string) => plane.ports.deletePort({ id, etag: "", ...plainly });

test("a floating IP has an address of the external network, held by a port of its own", async () => {
  const floatingIp = await create({});
  expect(floatingIp).toMatchObject({ floatingIpAddress: "203.0.113.3", status: "FLOATING_IP_STATUS_DOWN", portId: "" });
  const { port } = await plane.ports.getPort({ id: floatingIp.floatingPortId, ...read });
  expect(port).toMatchObject({ deviceId: floatingIp.id, deviceOwner: "network:floatingip" });
  expect(await reasonOf(deletePort(floatingIp.floatingPortId))).toBe("PORT_OWNED_BY_DEVICE");
  expect(await reasonOf(create({ floatingIpAddress: "203.0.113.3" }))).toBe("IP_ADDRESS_IN_USE");
});

test("a network that is not external gives none", async () => {
  expect(await reasonOf(make(plane).floatingIp(things.tenant.id))).toBe("NETWORK_NOT_EXTERNAL");
});

test("the next IPv4 subnet gives an address where the first has none left", async () => {
  const network = await make(plane).externalNetwork("physnet2");
  const [a, b] = [
    await make(plane).subnet(network.id, "198.18.0.0/30"),
    await make(plane).subnet(network.id, "198.18.1.0/30"),
  ];
  const addresses = [await make(plane).floatingIp(network.id), await make(plane).floatingIp(network.id)];
  expect(addresses.map(({ floatingIpAddress }) => floatingIpAddress).sort()).toEqual(["198.18.0.2", "198.18.1.2"]);
  expect(await reasonOf(make(plane).floatingIp(network.id))).toBe("IP_ADDRESSES_EXHAUSTED");
  expect([a.id, b.id]).toHaveLength(2);
});

describe("an association", () => {
  test("stands for the port's only IPv4 address, by the router on the way", async () => {
    const port = await make(plane).port(things.tenant.id);
    const floatingIp = await create({ portId: port.id });
    expect(floatingIp).toMatchObject({
      fixedIpAddress: "10.0.0.2",
      routerId: things.router.id,
      status: "FLOATING_IP_STATUS_BUILD",
    });
  });

  test("moves to another port in one step", async () => {
    const [from, to] = [await make(plane).port(things.tenant.id), await make(plane).port(things.tenant.id)];
    const { id } = await create({ portId: from.id });
    const { floatingIp } = await update({ id, portId: to.id }, ["port_id"]);
    expect(floatingIp).toMatchObject({ portId: to.id, fixedIpAddress: "10.0.0.3" });
    const types: string[] = [];
    for await (const { type } of plane.store.readStream(`floatingIp-${id}`)) types.push(type);
    expect(types.slice(-2)).toEqual(["FloatingIpDisassociated", "FloatingIpAssociated"]);
  });

  test("ends when port_id is emptied, and when the port is deleted", async () => {
    const port = await make(plane).port(things.tenant.id);
    const { id } = await create({ portId: port.id });
    expect((await update({ id }, ["port_id"])).floatingIp).toMatchObject({
      portId: "",
      fixedIpAddress: "",
      routerId: "",
    });
    await update({ id, portId: port.id });
    await deletePort(port.id);
    expect(await get(id)).toMatchObject({ portId: "", status: "FLOATING_IP_STATUS_DOWN" });
  });

  test("needs a router between the port's subnet and the floating IP's network", async () => {
    const island = await make(plane).network();
    await make(plane).subnet(island.id, "10.9.0.0/24");
    const port = await make(plane).port(island.id);
    expect(await reasonOf(create({ portId: port.id }))).toBe("FLOATING_IP_UNREACHABLE");
    const { ports } = await plane.ports.listPorts({ ...firstPage, filter: 'device_owner = "network:floatingip"' });
    expect(ports).toEqual([]);
  });

  test("is one for each fixed IP and network", async () => {
    const port = await make(plane).port(things.tenant.id);
    await create({ portId: port.id });
    expect(await reasonOf(create({ portId: port.id }))).toBe("FIXED_IP_HAS_FLOATING_IP");
  });

  test("of a port with several addresses names one of them", async () => {
    const fixedIps = ["10.0.0.20", "10.0.0.21"].map((ipAddress) => ({ subnetId: "", ipAddress }));
    const port = await make(plane).port(things.tenant.id, { fixedIps });
    for (const fixedIpAddress of ["", "10.0.0.99"]) {
      const refused = await refusal(create({ portId: port.id, fixedIpAddress }));
      expect(refused.violations[0]?.field).toBe("floating_ip.fixed_ip_address");
    }
    const { id } = await create({ portId: port.id, fixedIpAddress: "10.0.0.21" });
    const { floatingIp } = await update({ id, fixedIpAddress: "10.0.0.20" }, ["fixed_ip_address"]);
    expect(floatingIp).toMatchObject({ portId: port.id, fixedIpAddress: "10.0.0.20" });
  });

  test("keeps its router's interface and gateway from going", async () => {
    const port = await make(plane).port(things.tenant.id);
    const { id } = await create({ portId: port.id });
    const { router, subnet } = things;
    const remove = plane.routers.removeRouterInterface({
      routerId: router.id,
      subnetId: subnet.id,
      portId: "",
      ...plainly,
    });
    expect(await refusal(remove)).toMatchObject({
      reason: "ROUTER_REQUIRED_BY_FLOATING_IP",
      facts: { floatingIpIds: id },
    });
    const clear = { router: { ...router, externalGateway: undefined }, updateMask: ["external_gateway"], etag: "" };
    expect(await reasonOf(plane.routers.updateRouter({ ...clear, ...plainly }))).toBe("ROUTER_REQUIRED_BY_FLOATING_IP");
  });

  test("is ACTIVE once its router's node has reported it", async () => {
    const port = await make(plane).port(things.tenant.id);
    const { id } = await create({ portId: port.id });
    const [routerId, nodeId] = [things.router.id, randomUUID()];
    const bound = await plane.record(
      `routerBinding-${routerId}`,
      "RouterBound",
      { routerId, nodeId },
      "router-scheduler",
    );
    expect((await get(id))?.status).toBe("FLOATING_IP_STATUS_BUILD");
    const resources = [{ key: `floatingip.${id}`, position: bound, error: "" }];
    await plane.record(`realised-${nodeId}`, "NodeChangesApplied", { nodeId, resources }, "router-scheduler");
    expect((await get(id))?.status).toBe("FLOATING_IP_STATUS_ACTIVE");
    await update({ id }, ["port_id"]);
    await update({ id, portId: port.id });
    expect((await get(id))?.status).toBe("FLOATING_IP_STATUS_BUILD");
  });
});

test.each<[string, Partial<FloatingIp>]>([
  ["floating_ip.id", { id: randomUUID() }],
  ["floating_ip.floating_ip_address", { floatingIpAddress: "203.0.113" }],
  ["floating_ip.floating_ip_address", { floatingIpAddress: "2001:db8::1" }],
  ["floating_ip.port_id", { portId: "eth0" }],
  ["floating_ip.fixed_ip_address", { fixedIpAddress: "10.0.0.2" }],
])("%s is refused by its name", async (field, fields) => {
  expect(await refusal(create(fields))).toMatchObject({ reason: "INVALID_FIELD", violations: [{ field }] });
});

test("a deleted floating IP gives its address back", async () => {
  const { id } = await create({ floatingIpAddress: "203.0.113.50" });
  await plane.floatingIps.deleteFloatingIp({ id, etag: "", ...plainly });
  await create({ floatingIpAddress: "203.0.113.50" });
});
