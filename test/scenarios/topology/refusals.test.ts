import { Subnet } from "@rhumbline/proto/rhumbline/ipam/v1/subnet";
import { Network } from "@rhumbline/proto/rhumbline/topology/v1/network";
import { type Route, Router } from "@rhumbline/proto/rhumbline/topology/v1/router";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type ControlPlane, reasonOf, refusal, startControlPlane } from "./control-plane.ts";
import { inNoPool, make, plainly } from "./make.ts";

let plane: ControlPlane;
let networkId: string;

beforeEach(async () => {
  plane = await startControlPlane();
  networkId = (await make(plane).network()).id;
});
afterEach(() => plane.stop());

const updateNetwork = (fields: Partial<Network>, updateMask: string[]) =>
  plane.networks.updateNetwork({
    network: Network.fromPartial({ id: networkId, ...fields }),
    updateMask,
    etag: "",
    ...plainly,
  });
const updateSubnet = (fields: Partial<Subnet>, updateMask: string[]) =>
  plane.subnets.updateSubnet({ subnet: Subnet.fromPartial(fields), updateMask, etag: "", ...plainly });
const createSubnet = (fields: Partial<Subnet>) => {
  const subnet = Subnet.fromPartial({ networkId, cidr: "10.0.0.0/24", ...fields });
  return plane.subnets.createSubnet({ subnet, ...inNoPool, ...plainly });
};

describe("IPv6 needs links of 1280 bytes", () => {
  test("so a network below that gets no IPv6 subnet", async () => {
    await updateNetwork({ mtu: 1_279 }, ["mtu"]);
    expect(await reasonOf(createSubnet({ cidr: "2001:db8::/64" }))).toBe("MTU_TOO_SMALL_FOR_IPV6");
    await createSubnet({});
    await updateNetwork({ mtu: 1_280 }, ["mtu"]);
    await createSubnet({ cidr: "2001:db8::/64" });
  });

  test("so a network with an IPv6 subnet does not go below that", async () => {
    await createSubnet({ cidr: "2001:db8::/64" });
    expect(await reasonOf(updateNetwork({ mtu: 1_279 }, ["mtu"]))).toBe("MTU_TOO_SMALL_FOR_IPV6");
    expect((await updateNetwork({ name: "web" }, ["name"])).network?.mtu).toBe(1_450);
  });
});

test("a network that other projects have ports in stays shared", async () => {
  await updateNetwork({ shared: true }, ["shared"]);
  const { id: portId } = await make(plane).port(networkId, { projectId: "other" });
  const refused = await refusal(updateNetwork({ shared: false }, ["shared"]));
  expect(refused).toMatchObject({ reason: "NETWORK_USED_BY_OTHER_PROJECTS", facts: { portIds: portId } });
  await plane.ports.deletePort({ id: portId, etag: "", ...plainly });
  await make(plane).port(networkId);
  expect((await updateNetwork({ shared: false }, ["shared"])).network?.shared).toBe(false);
});

test("a network that a router has its gateway in stays external", async () => {
  const { external } = await make(plane).routed();
  expect(await reasonOf(updateNetwork({ id: external.id, external: false }, ["external"]))).toBe("NETWORK_IN_USE");
});

test("a subnet keeps the gateway that a router is", async () => {
  const { subnet, router } = await make(plane).routed();
  const move = () => updateSubnet({ id: subnet.id, noGateway: true }, ["no_gateway"]);
  expect(await reasonOf(move())).toBe("GATEWAY_IP_IN_USE");
  const removal = { routerId: router.id, subnetId: subnet.id, portId: "", ...plainly };
  await plane.routers.removeRouterInterface(removal);
  expect((await move()).subnet?.gatewayIp).toBe("");
});

describe("a route", () => {
  const setRoutes = (id: string, routes: Route[]) =>
    plane.routers.updateRouter({
      router: Router.fromPartial({ id, routes } as Partial<Router>),
      updateMask: ["routes"],
      etag: "",
      ...plainly,
    });
  const destination = "192.168.0.0/16";

  test.each([
    ["to a next hop in no subnet of the router", "router.routes[0].next_hop", ["10.9.0.1"]],
    ["to the router itself", "router.routes[0].next_hop", ["10.0.0.1"]],
    ["of another IP version than its next hop", "router.routes[0].next_hop", ["2001:db8::1"]],
    ["that is given twice", "router.routes[1]", ["10.0.0.9", "10.0.0.9"]],
  ])("%s is refused", async (_, field, nextHops) => {
    const { router } = await make(plane).routed();
    const refused = await refusal(
      setRoutes(
        router.id,
        nextHops.map((nextHop) => ({ destination, nextHop })),
      ),
    );
    expect(refused).toMatchObject({ reason: "INVALID_FIELD", violations: [{ field }] });
  });
});

test.each<[string, Partial<Subnet>]>([
  ["subnet.cidr", { cidr: "224.0.0.0/24" }],
  ["subnet.cidr", { cidr: "0.0.0.0/0" }],
  ["subnet.dns_nameservers", { dnsNameservers: Array.from({ length: 6 }, (_, i) => `9.9.9.${i}`) }],
  ["subnet.dns_nameservers[0]", { dnsNameservers: ["2001:db8::53"] }],
  [
    "subnet.host_routes",
    { hostRoutes: Array.from({ length: 21 }, (_, i) => ({ destination: `10.${i}.0.0/16`, nextHop: "10.0.0.9" })) },
  ],
  ["subnet.host_routes[0].destination", { hostRoutes: [{ destination: "2001:db8::/32", nextHop: "10.0.0.9" }] }],
  ["subnet.tags", { tags: Array.from({ length: 51 }, (_, i) => `tag-${i}`) }],
  ["subnet.tags[0]", { tags: ["x".repeat(61)] }],
])("%s is refused by its name", async (field, fields) => {
  expect(await refusal(createSubnet(fields))).toMatchObject({ reason: "INVALID_FIELD", violations: [{ field }] });
});
