import { afterAll, beforeAll, expect, test } from "vitest";
import { type ControlPlane, refusal, startControlPlane } from "./control-plane.ts";
import { firstPage, make } from "./make.ts";

let plane: ControlPlane;
let things: Awaited<ReturnType<ReturnType<typeof make>["routed"]>>;
let ids: Readonly<Record<"blue" | "down" | "two", string>>;

beforeAll(async () => {
  plane = await startControlPlane();
  things = await make(plane).routed();
  const at = (ipAddress: string) => ({ subnetId: things.subnet.id, ipAddress });
  const blue = await make(plane).port(things.tenant.id, { tags: ["blue", "shop"], fixedIps: [at("10.0.0.50")] });
  const down = await make(plane).port(things.tenant.id, { adminStateUp: false, tags: ["blueish"], deviceId: "vm1" });
  const two = await make(plane).port(things.tenant.id, { fixedIps: [at("10.0.0.60"), at("10.0.0.61")] });
  ids = { blue: blue.id, down: down.id, two: two.id };
  await make(plane).floatingIp(things.external.id, { portId: two.id, fixedIpAddress: "10.0.0.61", tags: ["web"] });
});
afterAll(() => plane.stop());

const portIds = async (filter: string) =>
  (await plane.ports.listPorts({ ...firstPage, filter: `${filter} AND device_owner = ""` })).ports.map(({ id }) => id);

test("ports are found by a tag, whole, and by being without it", async () => {
  expect(await portIds('tags:"blue"')).toEqual([ids.blue]);
  expect((await portIds('tags != "blue"')).sort()).toEqual([ids.down, ids.two].sort());
});

test("ports are found by any of their addresses, by subnet, device, status and network", async () => {
  expect(await portIds('fixed_ips.ip_address = "10.0.0.61"')).toEqual([ids.two]);
  expect(await portIds(`fixed_ips.subnet_id = "${things.subnet.id}" AND device_id = "vm1"`)).toEqual([ids.down]);
  expect(await portIds(`network_id = "${things.tenant.id}" AND admin_state_up = false`)).toEqual([ids.down]);
  expect(await portIds('status != "DOWN"')).toEqual([]);
});

test("routers are found by an interface's subnet, subnets by version and tag, floating IPs by what they stand for", async () => {
  const ofSubnet = { ...firstPage, filter: `interfaces.subnet_id = "${things.subnet.id}"` };
  expect((await plane.routers.listRouters(ofSubnet)).routers.map(({ id }) => id)).toEqual([things.router.id]);
  const six = { ...firstPage, filter: "ip_version = 6" };
  expect((await plane.subnets.listSubnets(six)).subnets).toEqual([]);
  const web = { ...firstPage, filter: 'fixed_ip_address = "10.0.0.61" AND tags:"web" AND status = "BUILD"' };
  expect((await plane.floatingIps.listFloatingIps(web)).floatingIps).toMatchObject([{ portId: ids.two }]);
  const external = { ...firstPage, filter: 'external = true AND status = "ACTIVE"', orderBy: "mtu desc, update_time" };
  expect((await plane.networks.listNetworks(external)).networks.map(({ id }) => id)).toEqual([things.external.id]);
});

test("a field that there is none of is answered with those that there are", async () => {
  const { violations } = await refusal(plane.ports.listPorts({ ...firstPage, filter: 'colour = "blue"' }));
  expect(violations[0]?.description).toContain("fixed_ips.ip_address");
});
