import { expect, test } from "vitest";
import { fieldsByKind } from "../topology-file/fields-by-kind.ts";
import { differences, inWords } from "./differences.ts";
import type { JsonRecord } from "./json.ts";
import { merged } from "./merged.ts";

const told = (wanted: JsonRecord, present: JsonRecord, kind: keyof typeof fieldsByKind): string[] =>
  differences(wanted, present, fieldsByKind[kind]).map(
    ({ field, from, to }) => `${field}: ${inWords(from)} → ${inWords(to)}`,
  );

test("what the file does not name is left as it is", () => {
  expect(told({ name: "web" }, { name: "web", description: "shop windows" }, "network")).toEqual([]);
});

test("what has its default value is left out by proto3 JSON, and is as wanted", () => {
  const wanted = { shared: false, description: null, tags: [], mtu: 1450 };
  expect(told(wanted, { mtu: 1450 }, "network")).toEqual([]);
  expect(told({ shared: false }, { shared: true }, "network")).toEqual(["shared: true → false"]);
});

test("a field within a field is told by its path", () => {
  const gateway = { networkId: "n1", enableSnat: true, addresses: [{ subnetId: "s1", ipAddress: "203.0.113.7" }] };
  expect(
    told({ externalGateway: { networkId: "n1", enableSnat: false } }, { externalGateway: gateway }, "router"),
  ).toEqual(["external_gateway.enable_snat: true → false"]);
  expect(told({ externalGateway: null }, { externalGateway: gateway }, "router")).toHaveLength(1);
});

test("a wanted subnet is met by whatever address was chosen in it", () => {
  const fixedIps = [
    { subnetId: "s2", ipAddress: "10.0.2.9" },
    { subnetId: "s1", ipAddress: "10.0.1.5" },
    { subnetId: "s1", ipAddress: "10.0.1.6" },
  ];
  const wanted = [{ subnetId: "s1" }, { subnetId: "s1", ipAddress: "10.0.1.5" }, { subnetId: "s2" }];
  expect(told({ fixedIps: wanted }, { fixedIps }, "port")).toEqual([]);
  expect(told({ fixedIps: wanted.slice(1) }, { fixedIps }, "port")).toHaveLength(1);
});

test("the order of name servers matters, that of tags does not", () => {
  expect(told({ tags: ["b", "a"] }, { tags: ["a", "b"] }, "subnet")).toEqual([]);
  const servers = ["192.0.2.1", "192.0.2.2"];
  expect(told({ dnsNameservers: servers }, { dnsNameservers: servers.toReversed() }, "subnet")).toHaveLength(1);
});

test("of a field that is set as a whole, what the file does not name stays, unless it moved", () => {
  const { external_gateway: field } = fieldsByKind.router;
  const present = { networkId: "n1", addresses: [{ ipAddress: "203.0.113.7" }] };
  const type = field?.value ?? { type: "text" };
  expect(merged({ networkId: "n1", enableSnat: false }, present, type)).toEqual({ ...present, enableSnat: false });
  expect(merged({ networkId: "n2" }, present, type)).toEqual({ networkId: "n2" });
});

test("labels are all that there are to be", () => {
  expect(
    told({ nodeSelector: { rack: "r1", disk: "ssd" } }, { nodeSelector: { disk: "ssd", rack: "r1" } }, "router"),
  ).toEqual([]);
  expect(told({ nodeSelector: { rack: "r1" } }, { nodeSelector: { rack: "r2", disk: "ssd" } }, "router")).toEqual([
    "node_selector: rack=r2 disk=ssd → rack=r1",
  ]);
  expect(told({ nodeSelector: null }, {}, "router")).toEqual([]);
});
