import { randomUUID } from "node:crypto";
import { Subnet } from "@rhumbline/proto/rhumbline/ipam/v1/subnet";
import type { ControlPlane } from "../topology/control-plane.ts";
import { make, plainly, read } from "../topology/make.ts";
import { asked, type RefusalRow } from "./refusal-row.ts";

const update = (plane: ControlPlane, subnet: Partial<Subnet>, ...updateMask: string[]) =>
  plane.subnets.updateSubnet({ subnet: Subnet.fromPartial(subnet), updateMask, etag: "", ...plainly });

/** A subnet that is refused as soon as it is asked for. */
async function refused(plane: ControlPlane, cidr: string, fields: Partial<Subnet> = {}) {
  const { id } = await make(plane).network();
  return asked(() => make(plane).subnet(id, cidr, fields));
}
const many = <T>(count: number, one: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => one(i));

const cidrRow = (cidr: string, when: string, says: RegExp): RefusalRow => ({
  neutron: "InvalidInput",
  when: `a subnet of ${when} is made`,
  reason: "INVALID_FIELD",
  says,
  attempt: (plane) => refused(plane, cidr),
});

const cidrRows: readonly RefusalRow[] = [
  cidrRow("10.0.0.1/24", "a CIDR with host bits", /the network of that address is 10\.0\.0\.0\/24/),
  cidrRow("10.0.0.0/33", "a prefix longer than an address", /a prefix length from 0 to 32/),
  cidrRow("10.0.0.0", "an address without a prefix", /expected ADDRESS\/PREFIX such as/),
  cidrRow("0.0.0.0/0", "all addresses", /choose another/),
  cidrRow("0.0.0.0/8", "this host's own addresses", /addresses of this host itself .*; choose another/),
  cidrRow("127.0.0.0/24", "loopback addresses", /loopback addresses .*; choose another/),
  cidrRow("224.0.0.0/24", "multicast addresses", /multicast addresses .*; choose another/),
  cidrRow("255.255.255.0/24", "the limited broadcast address", /the limited broadcast address .*; choose another/),
  cidrRow("::1/128", "the IPv6 loopback address", /loopback address .*; choose another/),
  cidrRow("fe80::/64", "link-local addresses", /link-local addresses.*; choose another/),
  cidrRow("ff02::/64", "IPv6 multicast addresses", /multicast addresses .*; choose another/),
];

const listRow = (when: string, fields: Partial<Subnet>, says: RegExp, neutron: string): RefusalRow => ({
  neutron,
  when,
  reason: "INVALID_FIELD",
  says,
  attempt: (plane) => refused(plane, "10.0.0.0/24", fields),
});

const listRows: readonly RefusalRow[] = [
  listRow(
    "a subnet has six DNS servers",
    { dnsNameservers: many(6, (i) => `192.0.2.${i}`) },
    /at most 5 are accepted/,
    "DNSNameServersExhausted",
  ),
  listRow(
    "a subnet has a DNS server twice",
    { dnsNameservers: ["192.0.2.1", "192.0.2.1"] },
    /dns_nameservers\[1\]: 192\.0\.2\.1 is given twice/,
    "InvalidInput",
  ),
  listRow(
    "a subnet has 21 host routes",
    { hostRoutes: many(21, (i) => ({ destination: `10.${i + 1}.0.0/16`, nextHop: "10.0.0.9" })) },
    /at most 20 are accepted/,
    "HostRoutesExhausted",
  ),
  listRow(
    "a subnet has a host route twice",
    { hostRoutes: many(2, () => ({ destination: "10.1.0.0/16", nextHop: "10.0.0.9" })) },
    /host_routes\[1\]: 10\.1\.0\.0\/16 via 10\.0\.0\.9 is given twice/,
    "InvalidInput",
  ),
  listRow(
    "a host route is of another IP version than its subnet",
    { hostRoutes: [{ destination: "2001:db8::/32", nextHop: "10.0.0.9" }] },
    /is not IPv4 as the subnet is/,
    "InvalidInput",
  ),
  listRow(
    "an allocation pool ends before it begins",
    { allocationPools: [{ first: "10.0.0.9", last: "10.0.0.5" }] },
    /the lower address first/,
    "InvalidAllocationPool",
  ),
  listRow(
    "two allocation pools overlap",
    {
      allocationPools: [
        { first: "10.0.0.5", last: "10.0.0.9" },
        { first: "10.0.0.9", last: "10.0.0.20" },
      ],
    },
    /10\.0\.0\.5-10\.0\.0\.9 and 10\.0\.0\.9-10\.0\.0\.20 overlap; pools must be apart/,
    "OverlappingAllocationPools",
  ),
];

const addressRows: readonly RefusalRow[] = [
  {
    neutron: "OutOfBoundsAllocationPool",
    when: "an allocation pool leaves the subnet",
    reason: "IP_ADDRESS_OUTSIDE_SUBNET",
    says: /10\.0\.1\.5 is no address that a host can have in 10\.0\.0\.0\/24/,
    attempt: (plane) => refused(plane, "10.0.0.0/24", { allocationPools: [{ first: "10.0.0.5", last: "10.0.1.5" }] }),
  },
  {
    neutron: "GatewayConflictWithAllocationPools",
    when: "the gateway lies in an allocation pool",
    reason: "GATEWAY_IN_ALLOCATION_POOL",
    says: /choose pools without it/,
    attempt: (plane) =>
      refused(plane, "10.0.0.0/24", {
        gatewayIp: "10.0.0.7",
        allocationPools: [{ first: "10.0.0.5", last: "10.0.0.9" }],
      }),
  },
  {
    neutron: "InvalidInput",
    when: "the gateway is the broadcast address",
    reason: "IP_ADDRESS_OUTSIDE_SUBNET",
    says: /10\.0\.0\.255 is no address that a host can have in 10\.0\.0\.0\/24/,
    attempt: (plane) => refused(plane, "10.0.0.0/24", { gatewayIp: "10.0.0.255" }),
  },
  {
    neutron: "InvalidInput",
    when: "the gateway lies outside the subnet",
    reason: "IP_ADDRESS_OUTSIDE_SUBNET",
    says: /10\.0\.1\.1 is no address that a host can have in 10\.0\.0\.0\/24/,
    attempt: (plane) => refused(plane, "10.0.0.0/24", { gatewayIp: "10.0.1.1" }),
  },
  {
    neutron: "InvalidInput",
    when: "the gateway is of another IP version than its subnet",
    reason: "INVALID_FIELD",
    says: /is not IPv4 as the subnet is/,
    attempt: (plane) => refused(plane, "10.0.0.0/24", { gatewayIp: "2001:db8::1" }),
  },
  {
    neutron: "InvalidInput",
    when: "DHCP is asked for in a /31",
    reason: "INVALID_FIELD",
    says: /10\.0\.0\.0\/31 has no room for a DHCP server: a prefix of at most \/30/,
    attempt: (plane) => refused(plane, "10.0.0.0/31", { enableDhcp: true }),
  },
  {
    neutron: "GatewayIpInUse",
    when: "the gateway is taken away while a router is it",
    reason: "GATEWAY_IP_IN_USE",
    says: /remove it from its router first/,
    async attempt(plane) {
      const { subnet } = await make(plane).routed();
      return asked(() => update(plane, { id: subnet.id, noGateway: true }, "no_gateway"));
    },
  },
  {
    neutron: "InvalidInput",
    when: "a subnet's CIDR is changed",
    reason: "INVALID_FIELD",
    says: /cidr/,
    async attempt(plane) {
      const { id: networkId } = await make(plane).network();
      const { id } = await make(plane).subnet(networkId, "10.0.0.0/24");
      return asked(() => update(plane, { id, cidr: "10.1.0.0/24" }, "cidr"));
    },
  },
];

export const subnetRows: readonly RefusalRow[] = [
  ...cidrRows,
  ...listRows,
  ...addressRows,
  {
    neutron: "SubnetNotFound",
    when: "a subnet that does not exist is read",
    reason: "NOT_FOUND",
    says: /subnet .* does not exist/,
    attempt: async (plane) => asked(() => plane.subnets.getSubnet({ id: randomUUID(), ...read })),
  },
  {
    neutron: "NetworkNotFound",
    when: "a subnet is made in a network that does not exist",
    reason: "NOT_FOUND",
    says: /network .* does not exist/,
    attempt: async (plane) => asked(() => make(plane).subnet(randomUUID(), "10.0.0.0/24")),
  },
  {
    neutron: "InvalidInput",
    when: "a subnet overlaps another of its network",
    reason: "SUBNET_OVERLAPS",
    says: /10\.0\.0\.128\/25 overlaps 10\.0\.0\.0\/24 of subnet .*; choose a CIDR apart from it/,
    async attempt(plane) {
      const { id } = await make(plane).network();
      await make(plane).subnet(id, "10.0.0.0/24");
      return asked(() => make(plane).subnet(id, "10.0.0.128/25"));
    },
  },
  {
    neutron: "SubnetInUse",
    when: "a subnet that a port has an address of is deleted",
    reason: "SUBNET_IN_USE",
    says: /still holds addresses of port [0-9a-f-]{36}; delete those first/,
    async attempt(plane) {
      const { id: networkId } = await make(plane).network();
      const { id } = await make(plane).subnet(networkId, "10.0.0.0/24");
      await make(plane).port(networkId);
      return asked(() => plane.subnets.deleteSubnet({ id, etag: "", ...plainly }));
    },
  },
];
