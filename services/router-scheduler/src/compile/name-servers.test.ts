import { expect, test } from "vitest";
import { emptyLogicalNetwork, type Port, type Subnet } from "../logical-network/state.ts";
import { nameServersOf } from "./name-servers.ts";

const subnet: Subnet = {
  networkId: "n1",
  cidr: "10.0.0.0/24",
  gatewayIp: "10.0.0.1",
  enableDhcp: true,
  dnsNameservers: [],
  hostRoutes: [],
  ipv6RaMode: "",
  ipv6AddressMode: "",
};
const server = { ipAddresses: ["2001:db8::2", "10.0.0.2"] } as Partial<Port> as Port;
const state = {
  ...emptyLogicalNetwork(),
  ports: new Map([["d1", server]]),
  dhcpPortByNetwork: new Map([["n1", "d1"]]),
};

test("a subnet's own name servers are told, and no other", () => {
  expect(nameServersOf(state, { ...subnet, dnsNameservers: ["192.0.2.53"] })).toEqual(["192.0.2.53"]);
});

test("without any the network's DHCP server is, at the address that it has in the subnet", () => {
  expect(nameServersOf(state, subnet)).toEqual(["10.0.0.2"]);
  expect(nameServersOf(state, { ...subnet, cidr: "2001:db8::/64" })).toEqual(["2001:db8::2"]);
});

test("where there is no such server nobody is", () => {
  expect(nameServersOf(state, { ...subnet, enableDhcp: false })).toEqual([]);
  expect(nameServersOf(state, { ...subnet, networkId: "n2" })).toEqual([]);
});
