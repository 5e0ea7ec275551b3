import { afterEach, beforeEach, expect, test } from "vitest";
import { type ControlPlane, startControlPlane } from "./control-plane.ts";
import { firstPage, make, plainly, read } from "./make.ts";

let plane: ControlPlane;

beforeEach(async () => {
  plane = await startControlPlane();
});
afterEach(() => plane.stop());

test("a network reached from outside is built up and taken down, and nothing is left but the project's default group", async () => {
  const { external, externalSubnet, tenant, subnet, router } = await make(plane).routed();
  const port = await make(plane).port(tenant.id);
  expect(port.fixedIps).toEqual([{ subnetId: subnet.id, ipAddress: "10.0.0.2" }]);
  const floatingIp = await make(plane).floatingIp(external.id, { portId: port.id });
  expect(floatingIp).toMatchObject({ fixedIpAddress: "10.0.0.2", routerId: router.id });
  const { router: built } = await plane.routers.getRouter({ id: router.id, ...read });
  expect(built?.interfaces).toMatchObject([{ subnetId: subnet.id, ipAddress: "10.0.0.1", networkId: tenant.id }]);
  expect(built?.externalGateway?.addresses).toMatchObject([{ subnetId: externalSubnet.id }]);

  const gone = { etag: "", ...plainly };
  await plane.floatingIps.deleteFloatingIp({ id: floatingIp.id, ...gone });
  await plane.ports.deletePort({ id: port.id, ...gone });
  await plane.routers.removeRouterInterface({ routerId: router.id, subnetId: subnet.id, portId: "", ...plainly });
  await plane.routers.deleteRouter({ id: router.id, ...gone });
  for (const { id } of [subnet, externalSubnet]) await plane.subnets.deleteSubnet({ id, ...gone });
  for (const { id } of [tenant, external]) await plane.networks.deleteNetwork({ id, ...gone });

  expect((await plane.ports.listPorts(firstPage)).ports).toEqual([]);
  expect((await plane.networks.listNetworks(firstPage)).networks).toEqual([]);
  const held = await plane.allocations.listAllocations({ minAgeMs: 0, pageSize: 0, pageToken: "", minPosition: 0 });
  expect(held.allocations).toEqual([]);
  const { state } = plane.topology.fold;
  expect([...state.securityGroups.values()].map(({ group }) => group.name)).toEqual(["default"]);
  for (const [name, collection] of Object.entries(state)) {
    if (name !== "segmentRanges" && !name.startsWith("securityGroup"))
      expect([name, collection.size]).toEqual([name, 0]);
  }
});
