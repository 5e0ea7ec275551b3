import { given } from "@rhumbline/event-sourcing/testing";
import { describe, expect, test } from "vitest";
import type { AddRouterInterface, GatewayWanted, RequiredBy, UpdateRouter } from "./commands.ts";
import { decideRouter } from "./decide.ts";
import type { RouterEvent } from "./events.ts";
import { evolveRouter } from "./evolve.ts";
import { absentRouter, type Router } from "./state.ts";

const decider = { initial: absentRouter, decide: decideRouter, evolve: evolveRouter };
const router: Router = {
  id: "r1",
  projectId: "p",
  name: "",
  description: "",
  adminStateUp: true,
  externalGateway: undefined,
  interfaces: [],
  routes: [],
  availabilityZoneHints: [],
  nodeSelector: {},
  status: "ROUTER_STATUS_UNSPECIFIED",
  tags: [],
  createTime: undefined,
  updateTime: undefined,
  etag: "",
};
const external = { subnetId: "x1", cidr: "203.0.113.0/24" };
const gatewayOn = (networkId: string, portId: string, enableSnat = true): GatewayWanted => ({
  gateway: { networkId, enableSnat, addresses: [{ subnetId: "x1", ipAddress: "203.0.113.2" }], portId },
  macAddress: "fa:16:3e:00:00:0f",
  subnets: [external],
});
const set = ({ gateway, macAddress }: GatewayWanted): RouterEvent => ({
  type: "RouterGatewaySet",
  data: { routerId: "r1", gateway, macAddress },
});
const cleared = (networkId: string, portId: string): RouterEvent => ({
  type: "RouterGatewayCleared",
  data: { routerId: "r1", networkId, portId },
});
const created: RouterEvent = { type: "RouterCreated", data: { router } };
const added = (subnetId: string, cidr: string): RouterEvent => {
  const one = { portId: `p-${subnetId}`, networkId: "n", subnetId, ipAddress: "10.0.0.1", macAddress: "" };
  return { type: "RouterInterfaceAdded", data: { routerId: "r1", interface: one, cidr } };
};
const add = (subnetId: string, cidr: string, gatewaySubnets = [] as (typeof external)[]): AddRouterInterface => {
  const one = { portId: `p-${subnetId}`, networkId: "n", subnetId, ipAddress: "10.0.0.1", macAddress: "" };
  return { type: "AddRouterInterface", routerId: "r1", interfaces: [{ ...one, cidr }], gatewaySubnets };
};
const update = (fields: Partial<UpdateRouter>): UpdateRouter => ({
  type: "UpdateRouter",
  routerId: "r1",
  values: router,
  fields: [],
  gateway: "keep",
  gatewaySubnets: [],
  requiredBy: requiredBy(),
  etag: "",
  ...fields,
});
const requiredBy = (by: Partial<RequiredBy> = {}): RequiredBy => ({ floatingIpIds: [], portForwardingIds: [], ...by });
const remove = (subnetId: string, by: Partial<RequiredBy> = {}) =>
  ({ type: "RemoveRouterInterface", routerId: "r1", portId: `p-${subnetId}`, requiredBy: requiredBy(by) }) as const;
const routed = (nextHop: string) => ({ ...router, routes: [{ destination: "192.168.0.0/16", nextHop }] });

test("a router is made with its gateway in one step", () => {
  const gateway = gatewayOn("x", "g1");
  given(decider).when({ type: "CreateRouter", router, gateway }).then(created, set(gateway));
});

test("an interface is added apart from the others and from the gateway", () => {
  given(decider, created).when(add("s1", "10.0.0.0/24")).then(added("s1", "10.0.0.0/24"));
  given(decider, created, added("s1", "10.0.0.0/24")).when(add("s1", "10.0.0.0/24")).nothing();
  given(decider, created, added("s1", "10.0.0.0/24")).when(add("s2", "10.0.0.0/25")).refused("ROUTER_SUBNETS_OVERLAP");
  given(decider, created)
    .when(add("s1", "203.0.113.0/25", [external]))
    .refused("ROUTER_SUBNETS_OVERLAP");
});

test("a second interface in one subnet is refused", () => {
  const again = add("s1", "10.0.0.0/24");
  const other = { ...again, interfaces: again.interfaces.map((one) => ({ ...one, portId: "p9" })) };
  given(decider, created, added("s1", "10.0.0.0/24")).when(other).refused("ROUTER_INTERFACE_EXISTS");
});

test("the addresses of one port come and go together", () => {
  const at = (subnetId: string, ipAddress: string) => ({
    portId: "p1",
    networkId: "n",
    subnetId,
    ipAddress,
    macAddress: "",
  });
  const both = [
    { ...at("s1", "10.0.0.1"), cidr: "10.0.0.0/24" },
    { ...at("s6", "2001:db8::1"), cidr: "2001:db8::/64" },
  ];
  const command: AddRouterInterface = {
    type: "AddRouterInterface",
    routerId: "r1",
    interfaces: both,
    gatewaySubnets: [],
  };
  const events = given(decider, created).when(command).events as RouterEvent[];
  expect(events.map(({ type }) => type)).toEqual(["RouterInterfaceAdded", "RouterInterfaceAdded"]);
  given(decider, created, ...events)
    .when(command)
    .nothing();
  const gone = (subnetId: string): RouterEvent => ({
    type: "RouterInterfaceRemoved",
    data: { routerId: "r1", portId: "p1", subnetId },
  });
  given(decider, created, ...events)
    .when({ type: "RemoveRouterInterface", routerId: "r1", portId: "p1", requiredBy: requiredBy() })
    .then(gone("s1"), gone("s6"));
  const overlapping = both.map((one) => ({ ...one, cidr: "10.0.0.0/24" }));
  given(decider, created)
    .when({ ...command, interfaces: overlapping })
    .refused("ROUTER_SUBNETS_OVERLAP");
});

test("an interface that floating IPs or routes need is not removed", () => {
  const s1 = added("s1", "10.0.0.0/24");
  given(decider, created, s1)
    .when(remove("s1", { floatingIpIds: ["f1"] }))
    .refused("ROUTER_REQUIRED_BY_FLOATING_IP");
  given(decider, created, s1)
    .when(remove("s1", { portForwardingIds: ["pf1"] }))
    .refused("ROUTER_REQUIRED_BY_PORT_FORWARDING");
  const route: RouterEvent = {
    type: "RouterUpdated",
    data: { routerId: "r1", router: routed("10.0.0.9"), changed: ["routes"] },
  };
  given(decider, created, s1, route).when(remove("s1")).refused("ROUTER_REQUIRED_BY_ROUTE");
  given(decider, created, s1, added("s2", "10.0.1.0/24"), route)
    .when(remove("s2"))
    .then({ type: "RouterInterfaceRemoved", data: { routerId: "r1", portId: "p-s2", subnetId: "s2" } });
});

test("adding or removing an interface leaves the etag, changing the gateway does not", () => {
  expect(given(decider, created, added("s1", "10.0.0.0/24")).aggregate).toMatchObject({ etag: "0" });
  expect(given(decider, created, set(gatewayOn("x", "g1"))).aggregate).toMatchObject({ etag: "1" });
});

test("a gateway moved to another network is cleared and set, within its network only set", () => {
  const before = [created, set(gatewayOn("x", "g1"))];
  const moved = gatewayOn("y", "g2");
  given(decider, ...before)
    .when(update({ gateway: moved }))
    .then(cleared("x", "g1"), set(moved));
  const snatOff = gatewayOn("x", "g1", false);
  given(decider, ...before)
    .when(update({ gateway: snatOff }))
    .then(set(snatOff));
  given(decider, ...before)
    .when(update({ gateway: gatewayOn("x", "g1") }))
    .nothing();
});

test("a gateway that floating IPs need does not leave its network", () => {
  const before = [created, set(gatewayOn("x", "g1"))];
  const floatingIpIds = ["f1"];
  for (const gateway of ["clear", gatewayOn("y", "g2")] as const) {
    given(decider, ...before)
      .when(update({ gateway, requiredBy: requiredBy({ floatingIpIds }) }))
      .refused("ROUTER_REQUIRED_BY_FLOATING_IP");
  }
  const elsewhere = gatewayOn("x", "g2");
  given(decider, ...before)
    .when(update({ gateway: elsewhere, requiredBy: requiredBy({ floatingIpIds }) }))
    .then(set(elsewhere));
});

test("routes lead through subnets of the router", () => {
  const before = [created, added("s1", "10.0.0.0/24")];
  const fields = ["routes"] as const;
  given(decider, ...before)
    .when(update({ values: routed("172.16.0.1"), fields }))
    .refused("INVALID_FIELD");
  given(decider, ...before)
    .when(update({ values: routed("10.0.0.9"), fields }))
    .then({ type: "RouterUpdated", data: { routerId: "r1", router: routed("10.0.0.9"), changed: ["routes"] } });
});

test("a router with interfaces stays; one without goes, its gateway first", () => {
  const remove = { type: "DeleteRouter", routerId: "r1", etag: "" } as const;
  given(decider, created, added("s1", "10.0.0.0/24")).when(remove).refused("ROUTER_IN_USE");
  given(decider, created, set(gatewayOn("x", "g1")))
    .when(remove)
    .then(cleared("x", "g1"), { type: "RouterDeleted", data: { routerId: "r1" } });
});

describe("a route to a subnet of the router would hide it, so", () => {
  const routed = { ...router, routes: [{ destination: "10.2.0.0/24", nextHop: "10.0.0.9" }] };
  const withRoute: RouterEvent = {
    type: "RouterUpdated",
    data: { routerId: "r1", router: routed, changed: ["routes"] },
  };

  test("it is refused", () => {
    given(decider, created, added("s1", "10.0.0.0/24"), added("s2", "10.2.0.0/24"))
      .when(update({ values: routed, fields: ["routes"] }))
      .refused("ROUTE_SHADOWS_SUBNET");
  });

  test("no interface is added in the subnet that a route leads to", () => {
    given(decider, created, added("s1", "10.0.0.0/24"), withRoute)
      .when(add("s2", "10.2.0.0/24"))
      .refused("ROUTE_SHADOWS_SUBNET");
  });
});

test("a router has 200 interfaces, and no more", () => {
  const cidr = (i: number): string => `10.${i}.0.0/24`;
  const full = Array.from({ length: 200 }, (_, i) => added(`s${i}`, cidr(i)));
  given(decider, created, ...full)
    .when(add("s200", cidr(200)))
    .refused("ROUTER_INTERFACES_EXHAUSTED");
});
