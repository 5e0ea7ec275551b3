import { Port } from "@rhumbline/proto/rhumbline/topology/v1/port";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ControlPlane, refusal, startControlPlane } from "./control-plane.ts";
import { firstPage, make, plainly } from "./make.ts";

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

test("ports are listed by name, page after page, as they are called now", async () => {
  const network = await make(plane).network({ name: "named" });
  const named = async (name: string) => (await make(plane).port(network.id, { name })).id;
  const [beta, alpha, gone] = [await named("zz beta"), await named("zz alpha"), await named("zz gone")];
  const twins = [await named("zz delta"), await named("zz delta")].sort();
  const port = Port.fromPartial({ id: beta, name: "zz gamma" });
  await plane.ports.updatePort({ port, updateMask: ["name"], etag: "", ...plainly });
  await plane.ports.deletePort({ id: gone, etag: "", ...plainly });

  const found: { name: string; id: string }[] = [];
  for (let pageToken: string | undefined = ""; pageToken !== undefined; ) {
    const page = await plane.ports.listPorts({ ...firstPage, pageSize: 2, pageToken, orderBy: "name" });
    found.push(...page.ports.map(({ name, id }) => ({ name, id })));
    pageToken = page.nextPageToken || undefined;
  }
  expect(found.map(({ name }) => name)).toEqual(found.map(({ name }) => name).sort());
  expect(found.filter(({ name }) => name.startsWith("zz "))).toEqual([
    { name: "zz alpha", id: alpha },
    ...twins.map((id) => ({ name: "zz delta", id })),
    { name: "zz gamma", id: beta },
  ]);
  expect(new Set(found.map(({ id }) => id)).size).toBe(found.length);
});
