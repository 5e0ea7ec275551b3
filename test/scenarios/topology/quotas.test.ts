import { Quota } from "@rhumbline/proto/rhumbline/topology/v1/quota";
import { afterEach, expect, test } from "vitest";
import { type ControlPlane, reasonOf, refusal, startControlPlane } from "./control-plane.ts";
import { firstPage, make, plainly, read } from "./make.ts";

let plane: ControlPlane;
afterEach(() => plane.stop());

const set = (fields: Partial<Quota>, updateMask?: string[]) => {
  const quota = Quota.fromPartial({ projectId: "default", ...fields });
  return plane.quotas.updateQuota({ quota, updateMask, ...plainly });
};
const get = () => plane.quotas.getQuota({ projectId: "default", ...read });

test("32 clients at once never get more ports than the quota, and all that it allows", async () => {
  plane = await startControlPlane({ settings: { quota: { port: 5 } } });
  const { id: networkId } = await make(plane).network();
  await make(plane).subnet(networkId, "10.0.0.0/24");
  const made = await Promise.allSettled(Array.from({ length: 32 }, () => make(plane).port(networkId)));
  expect(made.filter(({ status }) => status === "fulfilled")).toHaveLength(5);
  const refused = await refusal(make(plane).port(networkId));
  expect(refused).toMatchObject({ reason: "QUOTA_EXCEEDED", facts: { resource: "port", used: "5", limit: "5" } });
  const held = await plane.allocations.listAllocations({ ...read, minAgeMs: 0, pageSize: 0, pageToken: "" });
  expect(held.allocations).toHaveLength(5);
  await make(plane).port(networkId, { projectId: "other" });
  const [first] = (await plane.ports.listPorts(firstPage)).ports;
  await plane.ports.deletePort({ id: first?.id ?? "", etag: "", ...plainly });
});

test("every resource has its quota, and a router's and floating IP's own ports don't count", async () => {
  plane = await startControlPlane();
  const { external } = await make(plane).routed();
  await make(plane).floatingIp(external.id);
  expect((await get()).used).toMatchObject({ network: 2, subnet: 2, port: 0, router: 1, floatingIp: 1 });
  await set({ network: 2, router: 1, floatingIp: 1 });
  expect(await reasonOf(make(plane).network())).toBe("QUOTA_EXCEEDED");
  expect(await reasonOf(make(plane).router())).toBe("QUOTA_EXCEEDED");
  expect(await reasonOf(make(plane).floatingIp(external.id))).toBe("QUOTA_EXCEEDED");
  await set({ network: -1 });
  await make(plane).network();
});

test("a quota is set by field, listed, and taken back to the default", async () => {
  plane = await startControlPlane({ settings: { quota: { router: 7 } } });
  expect((await get()).quota).toMatchObject({ projectId: "default", network: -1, port: -1, router: 7, floatingIp: -1 });
  expect((await set({ router: 0, port: 3 }, ["router"])).quota).toMatchObject({ router: 0, port: -1 });
  expect(await reasonOf(make(plane).router())).toBe("QUOTA_EXCEEDED");
  expect((await plane.quotas.listQuotas(firstPage)).quotas).toMatchObject([{ projectId: "default", router: 0 }]);
  expect((await set({}, ["router"])).quota).toMatchObject({ router: 7 });
  expect((await refusal(set({ port: -2 }))).violations[0]?.field).toBe("quota.port");
  expect((await refusal(set({ projectId: "" }))).violations[0]?.field).toBe("quota.project_id");
});

test("of 32 clients at once that make subnets, as many succeed as topology's quota allows ipam to give", async () => {
  plane = await startControlPlane({ settings: { quota: { subnet: 7 } } });
  const networks = await Promise.all(Array.from({ length: 32 }, () => make(plane).network()));
  await set({ subnet: 5 });
  const made = await Promise.allSettled(networks.map(({ id }) => make(plane).subnet(id, "10.0.0.0/24")));
  expect(made.filter(({ status }) => status === "fulfilled")).toHaveLength(5);
  const [network] = networks;
  const refused = await refusal(make(plane).subnet(network?.id ?? "", "10.1.0.0/24"));
  expect(refused).toMatchObject({ reason: "QUOTA_EXCEEDED", facts: { resource: "subnet", used: "5", limit: "5" } });
  expect((await get()).used?.subnet).toBe(5);
  // The default again, which both services were told.
  await set({}, ["subnet"]);
  for (const cidr of ["10.1.0.0/24", "10.2.0.0/24"]) await make(plane).subnet(network?.id ?? "", cidr);
  expect(await reasonOf(make(plane).subnet(network?.id ?? "", "10.3.0.0/24"))).toBe("QUOTA_EXCEEDED");
  await make(plane).subnet(network?.id ?? "", "10.3.0.0/24", { projectId: "other" });
  const held = (await plane.subnets.listSubnets(firstPage)).subnets.filter(({ projectId }) => projectId === "default");
  await plane.subnets.deleteSubnet({ id: held[0]?.id ?? "", etag: "", ...plainly });
  await make(plane).subnet(network?.id ?? "", "10.4.0.0/24");
});
