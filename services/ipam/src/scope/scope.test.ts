import { given } from "@rhumbline/event-sourcing/testing";
import { parseCidr } from "@rhumbline/net";
import { test } from "vitest";
import { decideScope } from "./decide.ts";
import type { ScopeEvent } from "./events.ts";
import { evolveScope } from "./evolve.ts";
import { absentScope, type Scope } from "./state.ts";

const decider = { initial: absentScope as Scope, decide: decideScope, evolve: evolveScope };
const opened: ScopeEvent = {
  type: "ScopeOpened",
  data: { scopeId: "n1", projectId: "p", shared: false, ipv4Only: false, external: false },
};
const closed: ScopeEvent = { type: "ScopeClosed", data: { scopeId: "n1" } };
const s1Holds10: ScopeEvent = { type: "CidrReserved", data: { scopeId: "n1", subnetId: "s1", cidr: "10.0.0.0/24" } };
const mac = "fa:16:3e:00:00:01";
const p1HoldsMac: ScopeEvent = { type: "MacAddressAllocated", data: { scopeId: "n1", ownerId: "p1", macAddress: mac } };

const reserve = (subnetId: string, cidr: string) =>
  ({ type: "ReserveCidr", scopeId: "n1", subnetId, cidr: parseCidr(cidr) }) as const;
const allocateMac = (ownerId: string, wanted?: string, candidates = ["fa:16:3e:00:00:09"]) =>
  ({ type: "AllocateMacAddress", scopeId: "n1", ownerId, wanted, candidates }) as const;

test("a scope that is open stays as it is when opened again", () => {
  given(decider, opened)
    .when({ type: "OpenScope", scopeId: "n1", projectId: "p", shared: false, ipv4Only: false, external: false })
    .nothing();
});

test("a closed scope can be opened again", () => {
  given(decider, opened, closed)
    .when({ type: "OpenScope", scopeId: "n1", projectId: "p", shared: false, ipv4Only: false, external: false })
    .then(opened);
});

test("a CIDR apart from the others is reserved", () => {
  given(decider, opened, s1Holds10)
    .when(reserve("s2", "10.0.1.0/24"))
    .then({ type: "CidrReserved", data: { scopeId: "n1", subnetId: "s2", cidr: "10.0.1.0/24" } });
});

test("a CIDR that overlaps another of the network is refused", () => {
  given(decider, opened, s1Holds10).when(reserve("s2", "10.0.0.128/25")).refused("SUBNET_OVERLAPS");
});

test("a CIDR reserved twice for one subnet is reserved once", () => {
  given(decider, opened, s1Holds10).when(reserve("s1", "10.0.0.0/24")).nothing();
});

test("nothing can be had in a network that does not exist", () => {
  given(decider).when(reserve("s1", "10.0.0.0/24")).refused("NOT_FOUND");
  given(decider).when(allocateMac("p1")).refused("NOT_FOUND");
});

test("nothing can be had in a network that is being deleted", () => {
  given(decider, opened, closed).when(reserve("s1", "10.0.0.0/24")).refused("NETWORK_CLOSING");
  given(decider, opened, closed).when(allocateMac("p1")).refused("NETWORK_CLOSING");
});

test("a scope with a subnet or a MAC address can't be closed", () => {
  given(decider, opened, s1Holds10).when({ type: "CloseScope", scopeId: "n1" }).refused("NETWORK_IN_USE");
  given(decider, opened, p1HoldsMac).when({ type: "CloseScope", scopeId: "n1" }).refused("NETWORK_IN_USE");
});

test("an owner without a wish gets the first candidate that is free", () => {
  given(decider, opened, p1HoldsMac)
    .when(allocateMac("p2", undefined, [mac, "fa:16:3e:00:00:02"]))
    .then({ type: "MacAddressAllocated", data: { scopeId: "n1", ownerId: "p2", macAddress: "fa:16:3e:00:00:02" } });
});

test("a MAC address held by another owner is refused", () => {
  given(decider, opened, p1HoldsMac).when(allocateMac("p2", mac)).refused("MAC_ADDRESS_IN_USE");
});

test("an owner that asks twice keeps what it has", () => {
  given(decider, opened, p1HoldsMac).when(allocateMac("p1")).nothing();
});

test("a released MAC address can be had again", () => {
  const released: ScopeEvent = { type: "MacAddressReleased", data: { scopeId: "n1", ownerId: "p1", macAddress: mac } };
  given(decider, opened, p1HoldsMac).when({ type: "ReleaseMacAddress", ownerId: "p1" }).then(released);
  given(decider, opened, p1HoldsMac, released)
    .when(allocateMac("p2", mac))
    .then({ type: "MacAddressAllocated", data: { scopeId: "n1", ownerId: "p2", macAddress: mac } });
});

test("a network too small for IPv6 gets no IPv6 subnet, and one with an IPv6 subnet does not become too small", () => {
  const small = { scopeId: "n1", projectId: "p", shared: false, ipv4Only: true, external: false };
  const smallOpened: ScopeEvent = { type: "ScopeOpened", data: small };
  given(decider, smallOpened).when(reserve("s1", "2001:db8::/64")).refused("MTU_TOO_SMALL_FOR_IPV6");
  const s1HoldsV6: ScopeEvent = {
    type: "CidrReserved",
    data: { scopeId: "n1", subnetId: "s1", cidr: "2001:db8::/64" },
  };
  given(decider, opened, s1HoldsV6)
    .when({ type: "OpenScope", ...small })
    .refused("MTU_TOO_SMALL_FOR_IPV6");
  given(decider, opened, s1Holds10)
    .when({ type: "OpenScope", ...small })
    .then(smallOpened);
});

test("where every candidate is taken the refusal says so", () => {
  given(decider, opened, p1HoldsMac)
    .when(allocateMac("p2", undefined, [mac]))
    .refused("MAC_ADDRESSES_EXHAUSTED");
});
