import { randomUUID } from "node:crypto";
import { Port } from "@rhumbline/proto/rhumbline/topology/v1/port";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type ControlPlane, reasonOf, refusal, startControlPlane } from "./control-plane.ts";
import { make, plainly, read } from "./make.ts";

let plane: ControlPlane;
let networkId: string;
let subnetId: string;

beforeEach(async () => {
  plane = await startControlPlane();
  networkId = (await make(plane).network()).id;
  subnetId = (await make(plane).subnet(networkId, "10.0.0.0/24")).id;
});
afterEach(() => plane.stop());

const create = (fields: Partial<Port>, options: Partial<typeof plainly> = {}) =>
  plane.ports.createPort({ port: Port.fromPartial({ networkId, ...fields }), ...plainly, ...options });
const update = (fields: Partial<Port>, updateMask?: string[]) =>
  plane.ports.updatePort({ port: Port.fromPartial(fields), updateMask, etag: "", ...plainly });
const remove = (id: string) => plane.ports.deletePort({ id, etag: "", ...plainly });
const at = (host: string, device = "") => ({ host, device, move: undefined });
const bind = (id: string, host: string, device: string) =>
  plane.ports.bindPort({ id, host, device, etag: "", ...plainly });
const unbind = (id: string) => plane.ports.unbindPort({ id, etag: "", ...plainly });
const get = async (id: string) => (await plane.ports.getPort({ id, ...read })).port;
const register = async (name: string): Promise<string> => {
  const id = randomUUID();
  const data = { node: { id, name }, bootId: "boot-1", incarnation: "1" };
  await plane.record(`node-${id}`, "NodeRegistered", data, "router-scheduler");
  return id;
};

test("a port gets a MAC address and an address of the network's subnet", async () => {
  const port = await make(plane).port(networkId, { name: "vm-1" });
  expect(port).toMatchObject({ fixedIps: [{ subnetId, ipAddress: "10.0.0.2" }], status: "PORT_STATUS_DOWN" });
  expect(port.macAddress).toMatch(/^fa:16:3e:/);
});

test("a port takes the addresses it asks for", async () => {
  const port = await make(plane).port(networkId, {
    macAddress: "FA:16:3E:00:00:09",
    fixedIps: [{ subnetId: "", ipAddress: "10.0.0.50" }],
  });
  expect(port).toMatchObject({ macAddress: "fa:16:3e:00:00:09", fixedIps: [{ subnetId, ipAddress: "10.0.0.50" }] });
  expect(await reasonOf(create({ fixedIps: [{ subnetId, ipAddress: "10.0.0.50" }] }))).toBe("IP_ADDRESS_IN_USE");
  expect(await reasonOf(create({ macAddress: "fa:16:3e:00:00:09" }))).toBe("MAC_ADDRESS_IN_USE");
});

test("what is wrong with an address is said of the field that it was asked for in", async () => {
  const nowhere = { subnetId: "", ipAddress: "10.9.9.9" };
  const fixedIps = [{ subnetId, ipAddress: "" }, nowhere];
  const of = (field: string) => ({ reason: "INVALID_FIELD", violations: [{ field }] });
  expect(await refusal(create({ fixedIps }))).toMatchObject(of("port.fixed_ips[1].ip_address"));
  const external = await make(plane).externalNetwork();
  await make(plane).subnet(external.id, "203.0.113.0/24");
  const floatingIpAddress = nowhere.ipAddress;
  expect(await refusal(make(plane).floatingIp(external.id, { floatingIpAddress }))).toMatchObject(
    of("floating_ip.floating_ip_address"),
  );
  const externalGateway = { networkId: external.id, enableSnat: undefined, addresses: [nowhere], portId: "" };
  expect(await refusal(make(plane).router({ externalGateway }))).toMatchObject(
    of("router.external_gateway.addresses[0].ip_address"),
  );
});

test("a port has its instance's host name, in lower case, where it is one", async () => {
  const { id, dnsName } = await make(plane).port(networkId, { dnsName: "Web1.shop" });
  expect(dnsName).toBe("web1.shop");
  await update({ id, dnsName: "web2" }, ["dns_name"]);
  expect(await get(id)).toMatchObject({ dnsName: "web2" });
  for (const wrong of ["-web", "web-", "we b", "web..shop", "web.", "wéb", "a".repeat(64), `${"a.".repeat(127)}a`]) {
    expect(await refusal(create({ dnsName: wrong }))).toMatchObject({ reason: "INVALID_FIELD" });
  }
  await update({ id, dnsName: "" }, ["dns_name"]);
  expect(await get(id)).toMatchObject({ dnsName: "" });
});

test("a deleted port's addresses are free again", async () => {
  const fixedIps = [{ subnetId, ipAddress: "10.0.0.50" }];
  const port = await make(plane).port(networkId, { fixedIps });
  await remove(port.id);
  await make(plane).port(networkId, { fixedIps });
});

test("validate_only shows the addresses and takes none", async () => {
  const { port } = await create({}, { validateOnly: true });
  expect(port?.fixedIps).toEqual([{ subnetId, ipAddress: "10.0.0.2" }]);
  expect((await make(plane).port(networkId)).fixedIps).toEqual([{ subnetId, ipAddress: "10.0.0.2" }]);
});

describe("a binding", () => {
  const ownDevice = (id: string): string => `tap${id.slice(0, 11)}`;

  test("names a node by its id or its name, and has a device of the port's own name", async () => {
    const nodeId = await register("compute-1");
    for (const host of ["compute-1", nodeId]) {
      const { id, binding } = await make(plane).port(networkId, { binding: at(host) });
      expect(binding).toEqual({ host: nodeId, device: ownDevice(id) });
    }
  });

  test("to a node that nobody knows is refused", async () => {
    const refused = await refusal(create({ binding: at("compute-9") }));
    expect(refused.violations[0]?.field).toBe("port.binding.host");
    expect(refused.message).toContain("compute-9");
  });

  test("to a name that several nodes have is refused with their ids", async () => {
    const ids = [await register("compute-1"), await register("compute-1")];
    const { message } = await refusal(create({ binding: at("compute-1") }));
    for (const id of ids) expect(message).toContain(id);
  });

  test("can be changed and taken away", async () => {
    const [first, second] = [await register("compute-1"), await register("compute-2")];
    const { id } = await make(plane).port(networkId, { binding: at(first) });
    const moved = await update({ id, binding: at(second, "vnet3") }, ["binding"]);
    expect(moved.port?.binding).toEqual({ host: second, device: "vnet3" });
    expect((await update({ id }, ["binding"])).port?.binding).toBeUndefined();
  });

  test("is made and taken away by calls of their own, which are safe to repeat", async () => {
    const host = await register("compute-1");
    const { id } = await make(plane).port(networkId);
    for (const device of ["vnet3", "vnet3", ""])
      expect((await bind(id, "compute-1", device)).port?.binding).toEqual({ host, device: "vnet3" });
    for (const _ of ["once", "twice"]) expect((await unbind(id)).port?.binding).toBeUndefined();
  });

  test("moves nothing that is bound elsewhere: the refusal says where it is", async () => {
    for (const name of ["compute-1", "compute-2"]) await register(name);
    const { id } = await make(plane).port(networkId);
    await bind(id, "compute-1", "vnet3");
    const refused = await refusal(bind(id, "compute-2", "vnet3"));
    expect(refused.reason).toBe("PORT_BOUND_ELSEWHERE");
    expect(refused.message).toContain("is bound to device vnet3 on node compute-1");
  });

  test.each([
    ["tap-of-my-webserver", "has 19 characters, and a device name at most 15"],
    ["tap 7", "letters, digits, - and _ are accepted"],
    ["tap0191f3c2-6a", "is what another port's device is called by itself"],
  ])("to device %j is refused: it %s", async (device, words) => {
    await register("compute-1");
    const { id } = await make(plane).port(networkId);
    const refused = await refusal(bind(id, "compute-1", device));
    expect(refused.violations[0]).toEqual({ field: "device", description: expect.stringContaining(words) });
  });

  test("to a device that another port has is refused, however the two meet, until that one is unbound", async () => {
    await register("compute-1");
    await register("compute-2");
    const ids = [await make(plane).port(networkId), await make(plane).port(networkId)].map(({ id }) => id);
    const [first = "", second = ""] = ids;
    const outcomes = await Promise.allSettled(ids.map((id) => bind(id, "compute-1", "vnet3")));
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const [holder, other] = outcomes[0]?.status === "fulfilled" ? [first, second] : [second, first];
    const refused = await refusal(update({ id: other, binding: at("compute-1", "vnet3") }, ["binding"]));
    expect(refused.reason).toBe("DEVICE_IN_USE");
    expect(refused.message).toContain(`device vnet3 on node compute-1 is bound to port ${holder}`);
    await bind(other, "compute-2", "vnet3");
    await unbind(other);
    await remove(holder);
    await bind(other, "compute-1", "vnet3");
  });
});

describe("the status", () => {
  const report = (nodeId: string, id: string, position: number, error = "") => {
    const resources = [{ key: `port.${id}`, position, error, waiting: error.startsWith("waiting") }];
    return plane.record(
      `realised-${nodeId}`,
      "NodeChangesApplied",
      { nodeId, incarnation: "1", seq: 1, resources },
      "router-scheduler",
    );
  };
  let nodeId: string;
  let portId: string;
  let bound: number;

  beforeEach(async () => {
    nodeId = await register("compute-1");
    const { port, position } = await create({ binding: at(nodeId) });
    portId = port?.id ?? "";
    bound = position;
  });
  const status = async () => (await get(portId))?.status;

  test("is BUILD until the port's node has reported it, then ACTIVE", async () => {
    expect(await status()).toBe("PORT_STATUS_BUILD");
    await report(randomUUID(), portId, bound);
    await report(nodeId, portId, bound - 1);
    expect(await status()).toBe("PORT_STATUS_BUILD");
    await report(nodeId, portId, bound);
    expect(await status()).toBe("PORT_STATUS_ACTIVE");
  });

  test("is ERROR while the node's last word is an error", async () => {
    await report(nodeId, portId, bound, "no such device");
    expect(await status()).toBe("PORT_STATUS_ERROR");
    await report(nodeId, portId, bound);
    expect(await status()).toBe("PORT_STATUS_ACTIVE");
  });

  test("is DOWN where the port is bound nowhere or administratively down", async () => {
    await report(nodeId, portId, bound);
    await update({ id: portId, adminStateUp: false }, ["admin_state_up"]);
    expect(await status()).toBe("PORT_STATUS_DOWN");
    await update({ id: portId, adminStateUp: true, binding: undefined }, ["admin_state_up", "binding"]);
    expect(await status()).toBe("PORT_STATUS_DOWN");
  });

  test("is DOWN while the port's device is not there, and says so", async () => {
    await report(nodeId, portId, bound, "waiting for device vnet3");
    const waits = { status: "PORT_STATUS_DOWN", statusReason: "waiting for device vnet3 on node compute-1" };
    expect(await get(portId)).toMatchObject(waits);
    await report(nodeId, portId, bound, "no such bridge");
    const failed = { status: "PORT_STATUS_ERROR", statusReason: "no such bridge on node compute-1" };
    expect(await get(portId)).toMatchObject(failed);
    await report(nodeId, portId, bound);
    expect(await get(portId)).toMatchObject({ status: "PORT_STATUS_ACTIVE", statusReason: "" });
  });

  test("is BUILD again after the node's reboot and after a new binding", async () => {
    await report(nodeId, portId, bound);
    const started = { nodeId, incarnation: "2", seq: 2, bootId: "boot-2" };
    await plane.record(`realised-${nodeId}`, "NodeStarted", started, "router-scheduler");
    expect(await status()).toBe("PORT_STATUS_BUILD");
    await report(nodeId, portId, bound);
    expect(await status()).toBe("PORT_STATUS_ACTIVE");
    await update({ id: portId, binding: at(await register("compute-2")) }, ["binding"]);
    expect(await status()).toBe("PORT_STATUS_BUILD");
  });
});

test("a router's port can't be deleted or bound by hand", async () => {
  const router = await make(plane).router();
  const { interface: added } = await make(plane).interface(router.id, subnetId);
  const id = added?.portId ?? "";
  expect(await reasonOf(remove(id))).toBe("PORT_OWNED_BY_DEVICE");
  expect(await reasonOf(update({ id, deviceId: "x" }, ["device_id"]))).toBe("PORT_OWNED_BY_DEVICE");
  await update({ id, name: "gateway of web" }, ["name"]);
});

test.each<[string, Partial<Port>]>([
  ["port.id", { id: randomUUID() }],
  ["port.network_id", { networkId: "" }],
  ["port.network_id", { networkId: "web" }],
  ["port.mac_address", { macAddress: "fa:16:3e" }],
  ["port.mac_address", { macAddress: "01:00:5e:00:00:01" }],
  ["port.device_owner", { deviceOwner: "network:router_interface" }],
  ["port.fixed_ips[0].ip_address", { fixedIps: [{ subnetId: "", ipAddress: "10.0.0" }] }],
  ["port.fixed_ips[0].subnet_id", { fixedIps: [{ subnetId: "web", ipAddress: "" }] }],
])("%s is refused by its name", async (field, fields) => {
  expect(await refusal(create(fields))).toMatchObject({ reason: "INVALID_FIELD", violations: [{ field }] });
});

test("what is not built says so", async () => {
  expect(await reasonOf(create({ securityGroupIds: [randomUUID()] }))).toBe("NOT_FOUND");
  expect(await reasonOf(create({ noSecurityGroups: true, securityGroupIds: [randomUUID()] }))).toBe("INVALID_FIELD");
});

test("a network can't be changed by an update, and a port comes back as it was read", async () => {
  const port = await make(plane).port(networkId);
  const refused = await refusal(update({ ...port, networkId: randomUUID() }));
  expect(refused.violations.map(({ field }) => field)).toEqual(["port.network_id"]);
  expect(await refusal(update({ ...port, macAddress: "fa:16:3e:00:00:77" }))).toMatchObject({
    violations: [{ field: "port.mac_address" }],
  });
  expect((await update({ ...port, name: "vm-2" })).port).toMatchObject({ name: "vm-2", fixedIps: port.fixedIps });
});

describe("an update of the fixed IPs", () => {
  const any = { ipAddress: "" };
  const addresses = (port: Port | undefined) => port?.fixedIps.map(({ ipAddress }) => ipAddress);
  const addressesHeld = async (ownerId: string) => {
    const { allocations } = await plane.allocations.listAllocations({
      ...read,
      minAgeMs: 0,
      pageSize: 0,
      pageToken: "",
    });
    return allocations.find((one) => one.ownerId === ownerId)?.addresses.map(({ ipAddress }) => ipAddress);
  };
  const setTo = (id: string, fixedIps: Port["fixedIps"]) => update({ id, fixedIps }, ["fixed_ips"]);

  test("adds an address, and takes back what the list leaves out", async () => {
    const { id } = await make(plane).port(networkId);
    const named = { subnetId: "", ipAddress: "10.0.0.50" };
    expect(addresses((await setTo(id, [{ subnetId, ...any }, named])).port)).toEqual(["10.0.0.2", "10.0.0.50"]);
    expect(addresses((await setTo(id, [named])).port)).toEqual(["10.0.0.50"]);
    expect(await addressesHeld(id)).toEqual(["10.0.0.50"]);
    expect(addresses((await setTo(id, [])).port)).toEqual([]);
    expect(await addressesHeld(id)).toEqual([]);
    expect(addresses((await setTo(id, [{ subnetId, ...any }])).port)).toHaveLength(1);
  });

  test("gives two addresses of one subnet to who asks for two, at creation too", async () => {
    const port = await make(plane).port(networkId, {
      fixedIps: [
        { subnetId, ...any },
        { subnetId, ...any },
      ],
    });
    expect(addresses(port)).toEqual(["10.0.0.2", "10.0.0.3"]);
    const { port: after } = await setTo(
      port.id,
      Array.from({ length: 3 }, () => ({ subnetId, ...any })),
    );
    expect(addresses(after)).toEqual(["10.0.0.2", "10.0.0.3", "10.0.0.4"]);
  });

  test("that is refused changes nothing", async () => {
    const held = await make(plane).port(networkId);
    const { id } = await make(plane).port(networkId);
    const taken = { subnetId: "", ipAddress: addresses(held)?.[0] ?? "" };
    expect(await reasonOf(setTo(id, [{ subnetId: "", ipAddress: "10.0.0.60" }, taken]))).toBe("IP_ADDRESS_IN_USE");
    expect(await addressesHeld(id)).toEqual(["10.0.0.3"]);
    const twice = { subnetId: "", ipAddress: "10.0.0.61" };
    expect((await refusal(setTo(id, [twice, twice]))).violations[0]?.field).toBe("port.fixed_ips[1].ip_address");
    expect(addresses(await get(id))).toEqual(["10.0.0.3"]);
  });

  test("leaves what a floating IP stands for where it is", async () => {
    const { external, tenant, subnet } = await make(plane).routed();
    const port = await make(plane).port(tenant.id);
    await make(plane).floatingIp(external.id, { portId: port.id });
    const other = { subnetId: subnet.id, ipAddress: "10.0.0.77" };
    expect(await reasonOf(setTo(port.id, [other]))).toBe("FIXED_IP_REQUIRED_BY_FLOATING_IP");
    expect(addresses((await setTo(port.id, [...port.fixedIps, other])).port)).toHaveLength(2);
  });

  test("with validate_only shows the addresses and takes none", async () => {
    const { id } = await make(plane).port(networkId);
    const wanted: Partial<Port> = {
      id,
      fixedIps: [
        { subnetId, ...any },
        { subnetId, ...any },
      ],
    };
    const port = Port.fromPartial(wanted);
    const rehearsed = { port, updateMask: ["fixed_ips"], etag: "", ...plainly, validateOnly: true };
    expect(addresses((await plane.ports.updatePort(rehearsed)).port)).toEqual(["10.0.0.2", "10.0.0.3"]);
    expect(await addressesHeld(id)).toEqual(["10.0.0.2"]);
  });
});
