import { given } from "@rhumbline/event-sourcing/testing";
import { expect, test } from "vitest";
import type { AllocateAddress, CreateSubnet } from "./commands.ts";
import { decideSubnet } from "./decide.ts";
import type { SubnetEvent } from "./events.ts";
import { evolveSubnet } from "./evolve.ts";
import type { SubnetSettings } from "./settings.ts";
import { absentSubnet, type Subnet } from "./state.ts";

const decider = { initial: absentSubnet as Subnet, decide: decideSubnet, evolve: evolveSubnet };

const settings: SubnetSettings = {
  name: "web",
  description: "",
  gatewayIp: "",
  noGateway: false,
  allocationPools: [],
  dnsNameservers: [],
  hostRoutes: [],
  enableDhcp: true,
  ipv6RaMode: "IPV6_MODE_UNSPECIFIED",
  ipv6AddressMode: "IPV6_MODE_UNSPECIFIED",
  tags: [],
};
const create = (overrides: Partial<SubnetSettings> = {}, cidr = "10.0.0.0/29"): CreateSubnet => ({
  type: "CreateSubnet",
  id: "s1",
  projectId: "p",
  networkId: "n1",
  cidr,
  subnetPoolId: "",
  settings: { ...settings, ...overrides },
});
/** 10.0.0.0/29: gateway .1, pool .2 to .6. */
const created = given(decider).when(create()).events[0] as SubnetEvent;
const holds = (ownerId: string, ipAddress: string, yieldsToSubnetDeletion = false): SubnetEvent => ({
  type: "AddressAllocated",
  data: { subnetId: "s1", scopeId: "n1", ownerId, ipAddress, yieldsToSubnetDeletion },
});
const gave = (ownerId: string, ipAddress: string): SubnetEvent => ({
  type: "AddressReleased",
  data: { subnetId: "s1", scopeId: "n1", ownerId, ipAddress },
});
const allocate = (ownerId: string, wanted?: string, nowMs = 1_000_000): AllocateAddress => ({
  type: "AllocateAddress",
  subnetId: "s1",
  ownerId,
  wanted,
  macAddress: undefined,
  yieldsToSubnetDeletion: false,
  atLeast: 1,
  nowMs,
  reuseDelayMs: 30_000,
});

test("without a wish the gateway is the first address and the pool all others", () => {
  const [event] = given(decider).when(create()).events;
  expect(event?.type === "SubnetCreated" && event.data.subnet).toMatchObject({
    gatewayIp: "10.0.0.1",
    allocationPools: [{ first: "10.0.0.2", last: "10.0.0.6" }],
  });
});

test("a gateway in the middle splits the pool", () => {
  const [event] = given(decider).when(create({ gatewayIp: "10.0.0.4" })).events;
  expect(event?.type === "SubnetCreated" && event.data.subnet?.allocationPools).toEqual([
    { first: "10.0.0.1", last: "10.0.0.3" },
    { first: "10.0.0.5", last: "10.0.0.6" },
  ]);
});

test("an event with an address that is none is not folded", () => {
  for (const ipAddress of ["no address", "10.0.0.02", "2001:db8::x"])
    expect(() => given(decider, created, holds("o1", ipAddress)).when(allocate("o2"))).toThrow(ipAddress);
});

test("an IPv6 subnet gives addresses too", () => {
  const [event] = given(decider).when(create({}, "2001:db8::/64")).events as [SubnetEvent];
  given(decider, event).when(allocate("p1")).then(holds("p1", "2001:db8::2"));
});

test("a gateway in an allocation pool is refused", () => {
  given(decider)
    .when(create({ gatewayIp: "10.0.0.3", allocationPools: [{ first: "10.0.0.2", last: "10.0.0.6" }] }))
    .refused("GATEWAY_IN_ALLOCATION_POOL");
});

test("a pool outside the subnet is refused", () => {
  given(decider)
    .when(create({ allocationPools: [{ first: "10.0.0.2", last: "10.0.0.9" }] }))
    .refused("IP_ADDRESS_OUTSIDE_SUBNET");
});

test("pools that overlap are refused", () => {
  const pools = [
    { first: "10.0.0.2", last: "10.0.0.4" },
    { first: "10.0.0.4", last: "10.0.0.6" },
  ];
  given(decider)
    .when(create({ allocationPools: pools }))
    .refused("INVALID_FIELD");
});

test("addresses are given from the lowest up", () => {
  given(decider, created, holds("p1", "10.0.0.2")).when(allocate("p2")).then(holds("p2", "10.0.0.3"));
});

test("a fixed IP held by another port is refused", () => {
  given(decider, created, holds("p1", "10.0.0.3")).when(allocate("p2", "10.0.0.3")).refused("IP_ADDRESS_IN_USE");
});

test("a fixed IP outside the subnet, or its broadcast address, is refused", () => {
  given(decider, created).when(allocate("p1", "10.0.1.3")).refused("IP_ADDRESS_OUTSIDE_SUBNET");
  given(decider, created).when(allocate("p1", "10.0.0.7")).refused("IP_ADDRESS_OUTSIDE_SUBNET");
});

test("a port that asks twice keeps its address", () => {
  given(decider, created, holds("p1", "10.0.0.2")).when(allocate("p1")).nothing();
});

test("a port that asks for two addresses gets two, and asked again keeps them", () => {
  const second = { ...allocate("p1"), atLeast: 2 };
  given(decider, created, holds("p1", "10.0.0.2")).when(second).then(holds("p1", "10.0.0.3"));
  given(decider, created, holds("p1", "10.0.0.2"), holds("p1", "10.0.0.3")).when(second).nothing();
});

test("of what an owner holds only the addresses named are released", () => {
  given(decider, created, holds("p1", "10.0.0.2"), holds("p1", "10.0.0.3"))
    .when({ type: "ReleaseAddresses", ownerId: "p1", ipAddresses: ["10.0.0.2", "10.0.0.9"] })
    .then(gave("p1", "10.0.0.2"));
});

test("a router interface gets the gateway address, and only one can have it", () => {
  given(decider, created).when(allocate("r1", "gateway")).then(holds("r1", "10.0.0.1"));
  given(decider, created, holds("r1", "10.0.0.1")).when(allocate("r2", "gateway")).refused("IP_ADDRESS_IN_USE");
});

test("a subnet without gateway has none to give", () => {
  const [event] = given(decider).when(create({ noGateway: true })).events as [SubnetEvent];
  given(decider, event).when(allocate("r1", "gateway")).refused("SUBNET_HAS_NO_GATEWAY");
});

test("released addresses are given only when untouched ones are gone, longest released first, and after their rest", () => {
  const all = [2, 3, 4, 5, 6].map((n) => holds(`p${n}`, `10.0.0.${n}`));
  const history = [created, ...all, gave("p4", "10.0.0.4"), gave("p2", "10.0.0.2")];
  const subnet = given(decider, ...history);
  // Released at 6 s and 7 s.
  subnet.when(allocate("p7", undefined, 36_000)).then(holds("p7", "10.0.0.4"));
  subnet.when(allocate("p7", undefined, 35_000)).refused("IP_ADDRESSES_EXHAUSTED");
  given(decider, ...history, holds("p7", "10.0.0.4"))
    .when(allocate("p8", undefined, 37_000))
    .then(holds("p8", "10.0.0.2"));
});

test.each([
  { cidr: "10.0.0.0/22", first: "10.0.0.254", rest: ["10.0.0.255", "10.0.1.0", "10.0.1.1"] },
  { cidr: "10.255.255.0/24", first: "10.255.255.253", rest: ["10.255.255.254"] },
  { cidr: "fd00::/64", first: "fd00::fffe", rest: ["fd00::ffff", "fd00::1:0", "fd00::1:1"] },
])("behind $first come the next addresses of its pool, and none behind its end", ({ cidr, first, rest }) => {
  const pools = [{ first, last: rest.at(-1) ?? "" }];
  const [event] = given(decider).when(create({ allocationPools: pools }, cidr)).events as [SubnetEvent];
  const history = [event];
  for (const [i, ip] of [first, ...rest].entries()) {
    given(decider, ...history)
      .when(allocate(`p${i}`))
      .then(holds(`p${i}`, ip));
    history.push(holds(`p${i}`, ip));
  }
  given(decider, ...history)
    .when(allocate("late"))
    .refused("IP_ADDRESSES_EXHAUSTED");
});

test("addresses that were named are passed over, those that rest too, and the next pool's come when a pool's are gone", () => {
  const pools = [
    { first: "10.0.0.2", last: "10.0.0.4" },
    { first: "10.0.0.6", last: "10.0.0.6" },
  ];
  const [event] = given(decider).when(create({ allocationPools: pools })).events as [SubnetEvent];
  const named = [event, holds("p3", "10.0.0.3"), holds("p4", "10.0.0.4"), gave("p4", "10.0.0.4")];
  given(decider, ...named)
    .when(allocate("p2"))
    .then(holds("p2", "10.0.0.2"));
  given(decider, ...named, holds("p2", "10.0.0.2"))
    .when(allocate("p6"))
    .then(holds("p6", "10.0.0.6"));
});

test("who names a released address gets it at once", () => {
  given(decider, created, holds("p1", "10.0.0.2"), gave("p1", "10.0.0.2"))
    .when(allocate("p2", "10.0.0.2", 3_000))
    .then(holds("p2", "10.0.0.2"));
});

test("a subnet that holds addresses can't be deleted, and says whose they are", () => {
  const refusal = given(decider, created, holds("p1", "10.0.0.2"))
    .when({ type: "DeleteSubnet", id: "s1", etag: "" })
    .refused("SUBNET_IN_USE");
  expect(refusal.facts["portIds"]).toBe("p1");
});

test("an update with an old etag is refused", () => {
  const command = { type: "UpdateSubnet", id: "s1", settings, paths: ["name"], etag: "7" } as const;
  given(decider, created).when(command).refused("ETAG_MISMATCH");
});

test("an update that changes nothing leads to no event", () => {
  given(decider, created)
    .when({ type: "UpdateSubnet", id: "s1", settings, paths: ["name"], etag: "0" })
    .nothing();
});

test("an update changes what its paths name and nothing else", () => {
  const wanted = { ...settings, name: "db", description: "not named" };
  const [event] = given(decider, created).when({
    type: "UpdateSubnet",
    id: "s1",
    settings: wanted,
    paths: ["name"],
    etag: "",
  }).events;
  expect(event?.type === "SubnetUpdated" && event.data).toMatchObject({
    changed: ["name"],
    subnet: { name: "db", description: "" },
  });
});

test("a gateway address that a router's interface holds stays the gateway", () => {
  const other = { ...settings, gatewayIp: "10.0.0.6", allocationPools: [{ first: "10.0.0.2", last: "10.0.0.5" }] };
  const change = {
    type: "UpdateSubnet",
    id: "s1",
    settings: other,
    paths: ["gateway_ip", "allocation_pools"],
    etag: "",
  } as const;
  const { facts } = given(decider, created, holds("r1", "10.0.0.1")).when(change).refused("GATEWAY_IP_IN_USE");
  expect(facts["portId"]).toBe("r1");
  expect(given(decider, created, holds("p1", "10.0.0.2")).when(change).events).toHaveLength(1);
});

test("the address of a DHCP server doesn't keep its subnet from being deleted; an instance's does", () => {
  const remove = { type: "DeleteSubnet", id: "s1", etag: "" } as const;
  given(decider, created, holds("dhcp", "10.0.0.2", true))
    .when(remove)
    .then(gave("dhcp", "10.0.0.2"), { type: "SubnetDeleted", data: { subnetId: "s1", networkId: "n1" } });
  given(decider, created, holds("dhcp", "10.0.0.2", true), holds("p1", "10.0.0.3"))
    .when(remove)
    .refused("SUBNET_IN_USE");
});

test("DHCP can't be enabled where its server would have no address", () => {
  const off = given(decider).when(create({ enableDhcp: false })).events[0] as SubnetEvent;
  const full = ["2", "3", "4", "5", "6"].map((last) => holds(`p${last}`, `10.0.0.${last}`));
  const enable = { type: "UpdateSubnet", id: "s1", settings, paths: ["enable_dhcp"], etag: "" } as const;
  given(decider, off, ...full)
    .when(enable)
    .refused("IP_ADDRESSES_EXHAUSTED");
  expect(given(decider, off, ...full.slice(1)).when(enable).events).toHaveLength(1);
});

const slaac = { ipv6RaMode: "IPV6_MODE_SLAAC", ipv6AddressMode: "IPV6_MODE_SLAAC" } as const;

test("IPv6 modes that contradict each other or the subnet are refused", () => {
  const refused = (overrides: Partial<SubnetSettings>, cidr: string) =>
    given(decider).when(create(overrides, cidr)).refused("INVALID_IPV6_MODE");
  refused(slaac, "10.0.0.0/29");
  refused(slaac, "2001:db8::/65");
  refused({ ipv6RaMode: "IPV6_MODE_SLAAC" }, "2001:db8::/56");
  refused({ ...slaac, enableDhcp: false }, "2001:db8::/64");
  refused({ ...slaac, ipv6RaMode: "IPV6_MODE_DHCPV6_STATEFUL" }, "2001:db8::/64");
  expect(
    given(decider).when(create({ ipv6AddressMode: "IPV6_MODE_DHCPV6_STATEFUL" }, "2001:db8::/80")).events,
  ).toHaveLength(1);
});

test("where instances make their own addresses, a port gets that of its MAC address and no other", () => {
  const [event] = given(decider).when(create(slaac, "2001:db8::/64")).events as [SubnetEvent];
  const wish = (wanted?: string) => ({ ...allocate("p1", wanted), macAddress: "fa:16:3e:12:34:56" });
  given(decider, event).when(wish()).then(holds("p1", "2001:db8::f816:3eff:fe12:3456"));
  given(decider, event).when(wish("2001:db8::f816:3eff:fe12:3456")).then(holds("p1", "2001:db8::f816:3eff:fe12:3456"));
  given(decider, event).when(wish("2001:db8::7")).refused("ADDRESS_NOT_OF_MAC");
  given(decider, event).when(wish("gateway")).then(holds("p1", "2001:db8::1"));
});
