import { randomUUID } from "node:crypto";
import type { Port } from "@rhumbline/proto/rhumbline/topology/v1/port";
import { PortForwarding, type PortRange } from "@rhumbline/proto/rhumbline/topology/v1/port_forwarding";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type ControlPlane, reasonOf, refusal, startControlPlane } from "./control-plane.ts";
import { firstPage, make, plainly, read } from "./make.ts";

let plane: ControlPlane;
let things: Awaited<ReturnType<ReturnType<typeof make>["routed"]>>;
let floatingIpId: string;
let port: Port;
let internalPortId: string;

beforeAll(async () => {
  plane = await startControlPlane();
  things = await make(plane).routed();
});
afterAll(() => plane.stop());
beforeEach(async () => {
  floatingIpId = (await make(plane).floatingIp(things.external.id)).id;
  port = await make(plane).port(things.tenant.id);
  internalPortId = port.id;
});
afterEach(async () => {
  await plane.floatingIps.deleteFloatingIp({ id: floatingIpId, etag: "", ...plainly }).catch(() => undefined);
  await plane.ports.deletePort({ id: internalPortId, etag: "", ...plainly }).catch(() => undefined);
});

const ports = (first: number, last = first): PortRange => ({ first, last });
const create = (fields: Partial<PortForwarding> = {}) =>
  make(plane).portForwarding({ floatingIpId, internalPortId, externalPorts: ports(8080), ...fields });
const update = (fields: Partial<PortForwarding>, updateMask?: string[]) =>
  plane.portForwardings.updatePortForwarding({
    portForwarding: PortForwarding.fromPartial(fields),
    updateMask,
    etag: "",
    ...plainly,
  });
const list = async (filter = "") =>
  (await plane.portForwardings.listPortForwardings({ ...firstPage, filter })).portForwardings;
const floatingIp = async () => (await plane.floatingIps.getFloatingIp({ id: floatingIpId, ...read })).floatingIp;

test("a port of a floating IP leads to the same port of the port's address, by the router on the way", async () => {
  const made = await create();
  expect(made).toMatchObject({
    internalIpAddress: port.fixedIps[0]?.ipAddress,
    internalPorts: ports(8080),
    routerId: things.router.id,
    status: "PORT_FORWARDING_STATUS_BUILD",
  });
  expect(await floatingIp()).toMatchObject({
    routerId: things.router.id,
    status: "FLOATING_IP_STATUS_BUILD",
    portId: "",
  });
  const { portForwarding } = await plane.portForwardings.getPortForwarding({ id: made.id, ...read });
  expect(portForwarding).toEqual(made);
});

test("the same request_id makes one", async () => {
  const requestId = randomUUID();
  const portForwarding = PortForwarding.fromPartial({
    floatingIpId,
    internalPortId,
    protocol: "PORT_FORWARDING_PROTOCOL_UDP",
    externalPorts: ports(53),
  });
  const request = { portForwarding, requestId, validateOnly: false };
  const first = await plane.portForwardings.createPortForwarding(request);
  expect((await plane.portForwardings.createPortForwarding(request)).portForwarding).toEqual(first.portForwarding);
  expect(await list()).toHaveLength(1);
});

test("lists are filtered by floating IP, protocol and port", async () => {
  await create();
  await create({ externalPorts: ports(22), internalPorts: ports(2222) });
  await create({ protocol: "PORT_FORWARDING_PROTOCOL_UDP", externalPorts: ports(22) });
  expect(await list(`floating_ip_id = "${floatingIpId}" AND protocol = "tcp"`)).toHaveLength(2);
  expect(await list("external_ports.first = 22 AND protocol != tcp")).toMatchObject([{ internalPorts: ports(22) }]);
  expect(await list(`internal_port_id = "${randomUUID()}"`)).toEqual([]);
});

describe("an update", () => {
  test("changes what the mask names", async () => {
    const { id } = await create({ externalPorts: ports(8000, 8010), internalPorts: ports(80, 90) });
    const changes = { id, externalPorts: ports(9000, 9010), description: "games" };
    expect((await update(changes, ["external_ports", "description"])).portForwarding).toMatchObject({
      externalPorts: ports(9000, 9010),
      internalPorts: ports(80, 90),
      description: "games",
    });
  });

  test("to another port leads to that port's address", async () => {
    const { id } = await create();
    const other = await make(plane).port(things.tenant.id);
    const { portForwarding } = await update({ id, internalPortId: other.id }, ["internal_port_id"]);
    expect(portForwarding).toMatchObject({ internalPortId: other.id, internalIpAddress: other.fixedIps[0]?.ipAddress });
  });

  test("can't leave ranges of two lengths, or change the floating IP", async () => {
    const { id } = await create({ externalPorts: ports(8000, 8010) });
    const { violations } = await refusal(update({ id, externalPorts: ports(8000, 8004) }, ["external_ports"]));
    expect(violations).toMatchObject([{ field: "port_forwarding.internal_ports" }]);
    const moved = await refusal(update({ id, floatingIpId: randomUUID() }));
    expect(moved.violations).toMatchObject([{ field: "port_forwarding.floating_ip_id" }]);
  });
});

describe("a floating IP with port forwardings", () => {
  test("stands for no port, and one that stands for a port forwards none", async () => {
    await create();
    const wish = { id: floatingIpId, portId: internalPortId };
    const present = await floatingIp();
    const associate = plane.floatingIps.updateFloatingIp({
      floatingIp: present && { ...present, ...wish },
      updateMask: ["port_id"],
      etag: "",
      ...plainly,
    });
    expect(await reasonOf(associate)).toBe("FLOATING_IP_FORWARDS_PORTS");
    const other = await make(plane).floatingIp(things.external.id, { portId: internalPortId });
    expect(await reasonOf(create({ floatingIpId: other.id }))).toBe("FLOATING_IP_ASSOCIATED");
  });

  test("keeps its router's interface and gateway from going", async () => {
    const { id } = await create();
    const { router, subnet } = things;
    const which = { routerId: router.id, subnetId: subnet.id, portId: "", ...plainly };
    expect(await refusal(plane.routers.removeRouterInterface(which))).toMatchObject({
      reason: "ROUTER_REQUIRED_BY_PORT_FORWARDING",
      facts: { portForwardingIds: id },
    });
    const clear = { router: { ...router, externalGateway: undefined }, updateMask: ["external_gateway"], etag: "" };
    expect(await reasonOf(plane.routers.updateRouter({ ...clear, ...plainly }))).toBe(
      "ROUTER_REQUIRED_BY_PORT_FORWARDING",
    );
    await plane.portForwardings.deletePortForwarding({ id, etag: "", ...plainly });
    await plane.routers.removeRouterInterface(which);
    await make(plane).interface(router.id, subnet.id);
  });

  test("takes them along when it is deleted", async () => {
    await create();
    await plane.floatingIps.deleteFloatingIp({ id: floatingIpId, etag: "", ...plainly });
    expect(await list()).toEqual([]);
  });
});

test("the address that it leads to stays with its port, and the port takes its port forwardings along", async () => {
  const { id } = await create();
  const readdressed = plane.ports.updatePort({
    port: { ...port, fixedIps: [{ subnetId: "", ipAddress: "10.0.0.199" }] },
    updateMask: ["fixed_ips"],
    etag: "",
    ...plainly,
  });
  expect(await refusal(readdressed)).toMatchObject({
    reason: "FIXED_IP_REQUIRED_BY_PORT_FORWARDING",
    facts: { portForwardingId: id },
  });
  await plane.ports.deletePort({ id: internalPortId, etag: "", ...plainly });
  expect(await list()).toEqual([]);
  expect(await floatingIp()).toMatchObject({ routerId: "", status: "FLOATING_IP_STATUS_DOWN" });
});

test("of two that want overlapping ports at once, one gets them", async () => {
  const wishes = [ports(8000, 8010), ports(8005, 8015), ports(8010, 8020)].map((externalPorts) =>
    create({ externalPorts, internalPorts: ports(80) }).then(
      () => "made",
      () => "refused",
    ),
  );
  const outcomes = await Promise.all(wishes);
  const made = await list();
  expect(made).toHaveLength(outcomes.filter((outcome) => outcome === "made").length);
  const taken = made.flatMap(({ externalPorts }) =>
    Array.from({ length: 11 }, (_, i) => (externalPorts?.first ?? 0) + i),
  );
  expect(new Set(taken).size).toBe(taken.length);
});

test("a port that goes and a port forwarding that comes at once leave none that leads nowhere", async () => {
  await Promise.allSettled([
    create(),
    plane.ports.deletePort({ id: internalPortId, etag: "", ...plainly }),
    create({ externalPorts: ports(22) }),
  ]);
  expect(await list()).toEqual([]);
});

test("it is ACTIVE once its router's node has reported it, and so is its floating IP once all are", async () => {
  const made = [await create(), await create({ externalPorts: ports(22) })];
  const [routerId, nodeId] = [things.router.id, randomUUID()];
  const bound = await plane.record(
    `routerBinding-${routerId}`,
    "RouterBound",
    { routerId, nodeId },
    "router-scheduler",
  );
  const report = (id: string, error = "") =>
    plane.record(
      `realised-${nodeId}`,
      "NodeChangesApplied",
      { nodeId, resources: [{ key: `portforwarding.${id}`, position: bound, error }] },
      "router-scheduler",
    );
  await report(made[0]?.id ?? "");
  expect((await list()).map(({ status }) => status).sort()).toEqual([
    "PORT_FORWARDING_STATUS_ACTIVE",
    "PORT_FORWARDING_STATUS_BUILD",
  ]);
  expect((await floatingIp())?.status).toBe("FLOATING_IP_STATUS_BUILD");
  await report(made[1]?.id ?? "");
  expect((await floatingIp())?.status).toBe("FLOATING_IP_STATUS_ACTIVE");
  await report(made[1]?.id ?? "", "no such device");
  expect((await floatingIp())?.status).toBe("FLOATING_IP_STATUS_ERROR");
});

test.each<[string, Partial<PortForwarding>]>([
  ["port_forwarding.id", { id: randomUUID() }],
  ["port_forwarding.floating_ip_id", { floatingIpId: "" }],
  ["port_forwarding.protocol", { protocol: "PORT_FORWARDING_PROTOCOL_UNSPECIFIED" }],
  ["port_forwarding.external_ports.first", { externalPorts: ports(65536), internalPorts: ports(80) }],
  ["port_forwarding.external_ports.last", { externalPorts: ports(90, 80), internalPorts: ports(80) }],
  ["port_forwarding.internal_ports", { internalPorts: ports(80, 81) }],
  ["port_forwarding.internal_ip_address", { internalIpAddress: "10.0.0" }],
  ["port_forwarding.internal_ip_address", { internalIpAddress: "10.0.0.177" }],
])("%s is refused by its name", async (field, fields) => {
  const { reason, violations } = await refusal(create(fields));
  expect(reason).toBe("INVALID_FIELD");
  expect(violations.map((violation) => violation.field)).toContain(field);
});
