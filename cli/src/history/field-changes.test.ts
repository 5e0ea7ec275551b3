import { expect, test } from "vitest";
import { foldChanges } from "./field-changes.ts";

const told = (...events: [type: string, data: Record<string, unknown>][]): string[][] =>
  foldChanges(events.map(([type, data]) => ({ type, data }))).map((changes) =>
    changes.map(({ field, from = "none", to = "none" }) => `${field}: ${from} → ${to}`),
  );

test("an update is told against what was before it", () => {
  expect(
    told(
      ["NetworkCreated", { network: { id: "n1", name: "web", mtu: 1450 } }],
      ["NetworkUpdated", { networkId: "n1", network: { mtu: 1400 }, changed: "mtu" }],
      ["NetworkUpdated", { networkId: "n1", network: {}, changed: "name,adminStateUp" }],
      ["NetworkDeleted", { networkId: "n1" }],
    ),
  ).toEqual([["name: none → web", "mtu: none → 1450"], ["mtu: 1450 → 1400"], ["name: web → none"], []]);
});

test("a router's gateway and interfaces come and go by events of their own", () => {
  expect(
    told(
      ["RouterGatewaySet", { routerId: "r1", gateway: { networkId: "n1", enableSnat: true } }],
      ["RouterGatewaySet", { routerId: "r1", gateway: { networkId: "n1" } }],
      ["RouterInterfaceAdded", { routerId: "r1", interface: { portId: "p1", ipAddress: "10.0.0.1" } }],
      ["RouterInterfaceRemoved", { routerId: "r1", portId: "p1", subnetId: "s1" }],
      ["RouterGatewayCleared", { routerId: "r1", networkId: "n1" }],
    ),
  ).toEqual([
    ["external_gateway: none → network_id=n1 enable_snat=true"],
    ["external_gateway.enable_snat: true → none"],
    ["interface p1: none → port_id=p1 ip_address=10.0.0.1"],
    ["interface p1: port_id=p1 ip_address=10.0.0.1 → none"],
    ["external_gateway: network_id=n1 → none"],
  ]);
});

test("a security group's rules come and go by events of their own, each under its id", () => {
  expect(
    told(
      ["SecurityGroupRuleAdded", { securityGroupId: "g1", rule: { id: "r1", protocol: "tcp", portRangeMin: 80 } }],
      ["SecurityGroupRuleAdded", { securityGroupId: "g1", rule: { id: "r2", protocol: "udp" } }],
      ["SecurityGroupRuleRemoved", { securityGroupId: "g1", ruleId: "r1" }],
    ),
  ).toEqual([
    ["rule r1: none → protocol=tcp port_range_min=80"],
    ["rule r2: none → protocol=udp"],
    ["rule r1: protocol=tcp port_range_min=80 → none"],
  ]);
});

test("an event of a type that it does not know is told as it is", () => {
  expect(told(["AddressAllocated", { subnetId: "s1", ip: "10.0.0.7" }])).toEqual([
    ["subnet_id: none → s1", "ip: none → 10.0.0.7"],
  ]);
});
