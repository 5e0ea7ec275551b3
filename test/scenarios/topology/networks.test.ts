import { randomUUID } from "node:crypto";
import { Network } from "@rhumbline/proto/rhumbline/topology/v1/network";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type ControlPlane, reasonOf, refusal, startControlPlane } from "./control-plane.ts";
import { firstPage, make, plainly, read } from "./make.ts";

let plane: ControlPlane;

beforeEach(async () => {
  plane = await startControlPlane();
});
afterEach(() => plane.stop());

const create = (fields: Partial<Network>, options: Partial<typeof plainly> = {}) =>
  plane.networks.createNetwork({ network: Network.fromPartial(fields), ...plainly, ...options });
const update = (fields: Partial<Network>, updateMask: string[] | undefined, etag = "") =>
  plane.networks.updateNetwork({ network: Network.fromPartial(fields), updateMask, etag, ...plainly });
const remove = (id: string, etag = "") => plane.networks.deleteNetwork({ id, etag, ...plainly });
const vxlan = (segmentationId = 0) => ({
  networkType: "NETWORK_TYPE_VXLAN" as const,
  physicalNetwork: "",
  segmentationId,
});
const flat = (physicalNetwork: string) => ({
  networkType: "NETWORK_TYPE_FLAT" as const,
  physicalNetwork,
  segmentationId: 0,
});
const vlan = (physicalNetwork: string, segmentationId = 0) => ({
  networkType: "NETWORK_TYPE_VLAN" as const,
  physicalNetwork,
  segmentationId,
});

test("without a wish a network is VXLAN, up, with the lowest free VNI and the MTU that the overlay leaves", async () => {
  await make(plane).network();
  const network = await make(plane).network({ name: "web" });
  expect(network).toMatchObject({
    name: "web",
    projectId: "default",
    adminStateUp: true,
    mtu: 1450,
    status: "NETWORK_STATUS_ACTIVE",
    segment: { networkType: "NETWORK_TYPE_VXLAN", segmentationId: 2 },
    etag: "0",
  });
});

test("a VNI that another network has is refused, and free again when that network is gone", async () => {
  const first = await make(plane).network({ segment: vxlan(77) });
  expect(await reasonOf(create({ segment: vxlan(77) }))).toBe("SEGMENT_IN_USE");
  await remove(first.id);
  expect((await make(plane).network({ segment: vxlan(77) })).segment?.segmentationId).toBe(77);
});

test("a physical network carries one flat network", async () => {
  const first = await make(plane).network({ segment: flat("physnet1") });
  expect(first.mtu).toBe(1500);
  expect(await reasonOf(create({ segment: flat("physnet1") }))).toBe("SEGMENT_IN_USE");
  await make(plane).network({ segment: flat("physnet2") });
  await remove(first.id);
  await make(plane).network({ segment: flat("physnet1") });
});

describe("a VLAN network", () => {
  const vlanIdOf = async (segment: ReturnType<typeof vlan>) =>
    (await make(plane).network({ segment })).segment?.segmentationId;

  test("without an id has the next free one of its physical network's range", async () => {
    expect([await vlanIdOf(vlan("physnet1")), await vlanIdOf(vlan("physnet1"))]).toEqual([100, 101]);
    const exhausted = await refusal(create({ segment: vlan("physnet1") }));
    expect(exhausted).toMatchObject({ reason: "SEGMENTS_EXHAUSTED", facts: { range: "vlan.physnet1" } });
  });

  test("whose id is taken from the range leaves it free again when it goes", async () => {
    const first = await make(plane).network({ segment: vlan("physnet1") });
    await make(plane).network({ segment: vlan("physnet1") });
    await remove(first.id);
    expect(await vlanIdOf(vlan("physnet1"))).toBe(100);
  });

  test("may name any id that is free, in its range or not, and beside the flat network", async () => {
    await make(plane).network({ segment: flat("physnet1") });
    expect([await vlanIdOf(vlan("physnet1", 4_094)), await vlanIdOf(vlan("physnet1", 100))]).toEqual([4_094, 100]);
    expect(await vlanIdOf(vlan("physnet1"))).toBe(101);
  });

  test("has an id that another one of its physical network can't have, and one of another can", async () => {
    const first = await make(plane).network({ segment: vlan("physnet1", 7) });
    const refused = await refusal(create({ segment: vlan("physnet1", 7) }));
    const facts = { range: "vlan.physnet1", segmentationId: "7", networkId: first.id };
    expect(refused).toMatchObject({ reason: "SEGMENT_IN_USE", facts });
    expect(await vlanIdOf(vlan("physnet2", 7))).toBe(7);
  });

  test("names its id where its physical network has no range", async () => {
    const { message, violations } = await refusal(create({ segment: vlan("constructor") }));
    expect(violations.map(({ field }) => field)).toEqual(["network.segment.segmentation_id"]);
    expect(message).toContain("--vlan-range has: physnet1");
  });

  test("has the MTU of its physical network", async () => {
    expect((await make(plane).network({ segment: vlan("jumbo", 1) })).mtu).toBe(9_000);
  });
});

test("a local network has no segment", async () => {
  const segment = { networkType: "NETWORK_TYPE_LOCAL", physicalNetwork: "", segmentationId: 0 } as const;
  const made = [await make(plane).network({ segment }), await make(plane).network({ segment })];
  expect(made.map((network) => network.segment)).toEqual([segment, segment]);
});

test("a flat network's MTU is its physical network's, whatever the nodes' underlay carries", async () => {
  expect((await make(plane).network({ segment: flat("jumbo") })).mtu).toBe(9_000);
  const segment = flat("physnet1");
  expect((await refusal(create({ segment, mtu: 1_501 }))).violations[0]?.field).toBe("network.mtu");
  expect((await make(plane).network({ segment, mtu: 1_400 })).mtu).toBe(1_400);
});

test("a network with ports or subnets is not deleted, and the refusal names them", async () => {
  const network = await make(plane).network();
  const subnet = await make(plane).subnet(network.id, "10.0.0.0/24");
  const port = await make(plane).port(network.id);
  const refused = await refusal(remove(network.id));
  expect(refused).toMatchObject({ reason: "NETWORK_IN_USE", facts: { portIds: port.id, subnetIds: subnet.id } });
  await plane.ports.deletePort({ id: port.id, etag: "", ...plainly });
  await plane.subnets.deleteSubnet({ id: subnet.id, etag: "", ...plainly });
  await remove(network.id);
  expect(await reasonOf(plane.networks.getNetwork({ id: network.id, ...read }))).toBe("NOT_FOUND");
});

test("nothing can be made in a network that is gone", async () => {
  const network = await make(plane).network();
  await remove(network.id);
  expect(await reasonOf(make(plane).subnet(network.id, "10.0.0.0/24"))).toBe("NETWORK_CLOSING");
  expect(await reasonOf(make(plane).port(network.id))).toBe("NOT_FOUND");
});

describe("an update", () => {
  test("changes the fields of its mask and no others", async () => {
    const network = await make(plane).network({ name: "web", description: "old" });
    const { network: updated } = await update({ id: network.id, name: "db", description: "new" }, ["name"]);
    expect(updated).toMatchObject({ name: "db", description: "old", etag: "1" });
  });

  test("without a mask changes what it sets, and may repeat what can't be changed", async () => {
    const network = await make(plane).network({ name: "web" });
    const { network: updated } = await update({ ...network, adminStateUp: false }, undefined);
    expect(updated).toMatchObject({ name: "web", adminStateUp: false, status: "NETWORK_STATUS_DOWN" });
    const refused = await refusal(update({ ...network, segment: vxlan(99) }, undefined));
    expect(refused.violations.map(({ field }) => field)).toEqual(["network.segment.segmentation_id"]);
  });

  test("with an etag that is not the network's any more is refused", async () => {
    const network = await make(plane).network();
    await update({ id: network.id, name: "one" }, ["name"], network.etag);
    expect(await reasonOf(update({ id: network.id, name: "two" }, ["name"], network.etag))).toBe("ETAG_MISMATCH");
    expect(await reasonOf(remove(network.id, network.etag))).toBe("ETAG_MISMATCH");
  });

  test("does not take an external network from its floating IPs", async () => {
    const { external } = await make(plane).routed();
    expect(await reasonOf(update({ id: external.id, external: false }, ["external"]))).toBe("NETWORK_IN_USE");
  });
});

test("a repeated request_id answers the same network, and is refused for another one", async () => {
  const requestId = randomUUID();
  const first = await create({ name: "web" }, { requestId });
  const second = await create({ name: "web" }, { requestId });
  expect(second).toEqual(first);
  expect(await reasonOf(create({ name: "db" }, { requestId }))).toBe("REQUEST_ID_REUSED");
});

test("validate_only answers what would be made and makes nothing", async () => {
  const { network } = await create({ name: "web" }, { validateOnly: true });
  expect(network).toMatchObject({ name: "web", segment: { segmentationId: 1 } });
  await make(plane).network({ segment: vxlan(5) });
  expect(await reasonOf(create({ segment: vxlan(5) }, { validateOnly: true }))).toBe("SEGMENT_IN_USE");
  expect((await plane.networks.listNetworks(firstPage)).networks).toHaveLength(1);
});

test.each<[string, Partial<Network>]>([
  ["network.id", { id: randomUUID() }],
  ["network.name", { name: "x".repeat(256) }],
  ["network.description", { description: "x".repeat(256) }],
  ["network.mtu", { mtu: 67 }],
  ["network.mtu", { mtu: 1451 }],
  ["network.mtu", { mtu: -1 }],
  ["network.tags[0]", { tags: ["x".repeat(61)] }],
  ["network.segment.segmentation_id", { segment: vxlan(16_777_216) }],
  ["network.segment.segmentation_id", { segment: { ...flat("physnet1"), segmentationId: 4 } }],
  ["network.segment.segmentation_id", { segment: vlan("physnet1", 4_095) }],
  ["network.segment.segmentation_id", { segment: vlan("physnet1", -1) }],
  ["network.segment.physical_network", { segment: flat("") }],
  ["network.segment.physical_network", { segment: vlan("") }],
  ["network.segment.physical_network", { segment: flat("no spaces") }],
  ["network.segment.physical_network", { segment: { ...vxlan(), physicalNetwork: "physnet1" } }],
])("%s is refused by its name", async (field, fields) => {
  const refused = await refusal(create(fields));
  expect(refused).toMatchObject({ reason: "INVALID_FIELD", violations: [{ field }] });
});

test("lists are filtered and come in pages", async () => {
  for (const name of ["a", "b", "c"]) await make(plane).network({ name });
  const page = await plane.networks.listNetworks({ ...firstPage, pageSize: 2, orderBy: "name desc" });
  expect(page.networks.map(({ name }) => name)).toEqual(["c", "b"]);
  const rest = await plane.networks.listNetworks({
    ...firstPage,
    orderBy: "name desc",
    pageToken: page.nextPageToken,
  });
  expect(rest.networks.map(({ name }) => name)).toEqual(["a"]);
  const named = await plane.networks.listNetworks({ ...firstPage, filter: 'name = "b"' });
  expect(named.networks).toHaveLength(1);
});

test("without ipam nothing is made, and the refusal says why", async () => {
  await plane.stopIpam();
  expect(await reasonOf(create({}))).toBe("DEPENDENCY_UNAVAILABLE");
  expect((await plane.networks.listNetworks(firstPage)).networks).toEqual([]);
});

test("a network has the domain of its instances' host names, in lower case and without the dot of the root", async () => {
  const { id, dnsDomain } = await make(plane).network({ dnsDomain: "Shop.example.org." });
  expect(dnsDomain).toBe("shop.example.org");
  const { network } = await update({ id, dnsDomain: "eu.example.org" }, ["dns_domain"]);
  expect(network).toMatchObject({ dnsDomain: "eu.example.org" });
  for (const wrong of [".", "-shop", "shop..org", "sh op"]) {
    expect(await refusal(create({ dnsDomain: wrong }))).toMatchObject({ reason: "INVALID_FIELD" });
  }
});
