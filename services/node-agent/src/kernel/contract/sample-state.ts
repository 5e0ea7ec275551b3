import type {
  DesiredDhcp,
  DesiredDhcpSubnet,
  DesiredFloatingIp,
  DesiredForwarding,
  DesiredNetwork,
  DesiredPort,
  DesiredPortForwarding,
  DesiredResource,
  DesiredRouter,
  DesiredSecurityGroupRule,
  RouterPort,
} from "@rhumbline/proto/rhumbline/agent/v1/desired";
import type { HostFacts } from "../../desired/host-facts.ts";
import { type ResourceKey, resourceKey } from "../../desired/resource-key.ts";

/** Desired state for tests: an external flat network, tenant networks 10.0.N.0/24, routers between them. */
export type DesiredState = ReadonlyMap<ResourceKey, DesiredResource>;

type Entry = readonly [ResourceKey, DesiredResource];

export const sampleHost: HostFacts = {
  nodeId: "4d2f7c10-0000-4000-8000-000000000001",
  bridgeMappings: new Map([["physnet1", { kind: "bridge", bridge: "br-ex" }]]),
  tunnelIp: "198.18.0.11",
  lacks: new Map(),
  dhcp: { leaseSeconds: 86_400, domain: "example.org" },
  backend: "nftables",
  securityBackend: "nftables",
};

/** A UUID that tells its number: "a0000007-0000-4000-8000-000000000000" for `a` and 7. */
export function sampleId(letter: "a" | "b" | "c" | "d" | "e" | "f", number: number): string {
  return `${letter}${String(number).padStart(7, "0")}-0000-4000-8000-000000000000`;
}

/** "fa:16:3e:00:01:07" for kind 1 and 7, and as many as 25,600 of each kind. */
function sampleMac(kind: number, number: number): string {
  const hundreds = Math.floor(number / 100).toString(16);
  return `fa:16:3e:${hundreds.padStart(2, "0")}:0${kind}:${String(number % 100).padStart(2, "0")}`;
}

export const externalNetworkId = sampleId("e", 0);

export function desiredState(...entries: readonly Entry[]): DesiredState {
  return new Map(entries);
}

export function externalNetwork(settings: Partial<DesiredNetwork> = {}): Entry {
  const segment = { networkType: "flat", physicalNetwork: "physnet1", segmentationId: 0 };
  return network({ networkId: externalNetworkId, ...segment, ...settings });
}

export function tenantNetwork(number: number, settings: Partial<DesiredNetwork> = {}): Entry {
  return network({ networkId: sampleId("b", number), segmentationId: 1000 + number, ...settings });
}

/** A tenant network on physnet1. */
export function vlanNetwork(number: number, vlanId: number, settings: Partial<DesiredNetwork> = {}): Entry {
  const segment = { networkType: "vlan", physicalNetwork: "physnet1", segmentationId: vlanId };
  return tenantNetwork(number, { ...segment, ...settings });
}

function network(settings: Partial<DesiredNetwork> & { readonly networkId: string }): Entry {
  const vxlan = {
    networkType: "vxlan",
    physicalNetwork: "",
    segmentationId: 1,
    mtu: 1500,
    adminStateUp: true,
    dnsDomain: "",
    tunnelPeers: [],
  };
  return [resourceKey("network", settings.networkId), desired({ $case: "network", value: { ...vxlan, ...settings } })];
}

/** A port in tenant network `networkNumber`, at 10.0.<networkNumber>.<number>. */
export function instancePort(number: number, networkNumber: number, settings: Partial<DesiredPort> = {}): Entry {
  const value: DesiredPort = {
    portId: sampleId("c", number),
    networkId: sampleId("b", networkNumber),
    macAddress: sampleMac(1, number),
    ipAddresses: [`10.0.${networkNumber}.${number}`],
    adminStateUp: true,
    dhcpOptions: [],
    dnsName: "",
    portSecurity: false,
    securityGroupIds: [],
    allowedAddressPairs: [],
    device: "",
    standby: false,
    ...settings,
  };
  return [resourceKey("port", value.portId), desired({ $case: "port", value })];
}

/** A port in the external network, at 203.0.113.<number>. */
export const externalPort = (number: number, settings: Partial<DesiredPort> = {}): Entry =>
  instancePort(number, 0, { networkId: externalNetworkId, ipAddresses: [`203.0.113.${number}`], ...settings });

/** A port of tenant network `networkNumber` at another node, 198.18.0.12 where nothing else is said. */
export function remotePort(number: number, networkNumber: number, settings: Partial<DesiredForwarding> = {}): Entry {
  const value: DesiredForwarding = {
    portId: sampleId("c", number),
    networkId: sampleId("b", networkNumber),
    macAddress: sampleMac(1, number),
    ipAddresses: [`10.0.${networkNumber}.${number}`],
    tunnelIp: "198.18.0.12",
    dnsName: "",
    ...settings,
  };
  return [resourceKey("forwarding", value.portId), desired({ $case: "forwarding", value })];
}

/** A rule of a security group: lets in whatever comes over IPv4, unless told otherwise. */
export function rule(number: number, settings: Partial<DesiredSecurityGroupRule> = {}): DesiredSecurityGroupRule {
  return {
    ruleId: sampleId("d", number),
    ingress: true,
    ipv6: false,
    portRangeMin: 0,
    portRangeMax: 0,
    remoteIpPrefix: "",
    remoteGroupId: "",
    remoteAddressGroupId: "",
    ...settings,
  };
}

export function securityGroup(number: number, ...rules: readonly DesiredSecurityGroupRule[]): Entry {
  const value = { securityGroupId: sampleId("a", number), rules };
  return [resourceKey("securitygroup", value.securityGroupId), desired({ $case: "securityGroup", value })];
}

/** What a port has besides to be filtered by groups. */
export const filteredBy = (...groups: readonly number[]): Partial<DesiredPort> => ({
  portSecurity: true,
  securityGroupIds: groups.map((number) => sampleId("a", number)),
});

/** An instance's port as a member of groups. */
export function groupMember(number: number, groups: readonly number[], ...ipAddresses: readonly string[]): Entry {
  const securityGroupIds = groups.map((group) => sampleId("a", group));
  const value = { portId: sampleId("c", number), securityGroupIds, ipAddresses };
  return [resourceKey("groupmember", value.portId), desired({ $case: "groupMember", value })];
}

export function addressGroup(number: number, ...addresses: readonly string[]): Entry {
  const value = { addressGroupId: sampleId("e", number), addresses };
  return [resourceKey("addressgroup", value.addressGroupId), desired({ $case: "addressGroup", value })];
}

/** At 203.0.113.<100 + number> outside, and 10.0.N.1 in each of its tenant networks. */
export function router(
  number: number,
  networkNumbers: readonly number[],
  settings: Partial<DesiredRouter> = {},
): Entry {
  const value: DesiredRouter = {
    routerId: sampleId("a", number),
    adminStateUp: true,
    gateway: gatewayPort(number),
    gatewayNextHops: ["203.0.113.1"],
    enableSnat: true,
    interfaces: networkNumbers.map((networkNumber) => interfacePort(number, networkNumber)),
    routes: [],
    bindingEpoch: 1,
    standby: false,
    ...settings,
  };
  return [resourceKey("router", value.routerId), desired({ $case: "router", value })];
}

export function gatewayPort(number: number, settings: Partial<RouterPort> = {}): RouterPort {
  return {
    portId: sampleId("d", number),
    networkId: externalNetworkId,
    macAddress: sampleMac(2, number),
    addresses: [`203.0.113.${100 + number}/24`],
    mtu: 1500,
    advertisedSubnets: [],
    ...settings,
  };
}

export function interfacePort(number: number, networkNumber: number, settings: Partial<RouterPort> = {}): RouterPort {
  return {
    portId: sampleId("f", number * 100 + networkNumber),
    networkId: sampleId("b", networkNumber),
    macAddress: sampleMac(3, number * 10 + networkNumber),
    addresses: [`10.0.${networkNumber}.1/24`],
    mtu: 1500,
    advertisedSubnets: [],
    ...settings,
  };
}

/** At 2001:db8:0:N::1 beside, and said to be the way out there. */
export function advertisedPort(
  number: number,
  networkNumber: number,
  ipv6RaMode: string,
  dnsNameservers: readonly string[] = ["2001:db8::53"],
): RouterPort {
  const prefix = `2001:db8:0:${networkNumber}::`;
  return interfacePort(number, networkNumber, {
    addresses: [`10.0.${networkNumber}.${number}/24`, `${prefix}${number}/64`],
    advertisedSubnets: [{ cidr: `${prefix}/64`, ipv6RaMode, dnsNameservers: [...dnsNameservers] }],
  });
}

/** 203.0.113.<200 + number> on a router. */
export function floatingIp(
  number: number,
  routerNumber: number,
  fixedIpAddress: string,
  settings: Partial<DesiredFloatingIp> = {},
): Entry {
  const value: DesiredFloatingIp = {
    floatingIpId: sampleId("e", number),
    routerId: sampleId("a", routerNumber),
    floatingIpAddress: `203.0.113.${200 + number}`,
    fixedIpAddress,
    bindingEpoch: 1,
    ...settings,
  };
  return [resourceKey("floatingip", value.floatingIpId), desired({ $case: "floatingIp", value })];
}

/** Ports 8080 to 8090 of TCP at 203.0.113.<220 + number> to 80 to 90 of a fixed IP, unless told otherwise. */
export function portForwarding(
  number: number,
  routerNumber: number,
  internalIpAddress: string,
  settings: Partial<DesiredPortForwarding> = {},
): Entry {
  const value: DesiredPortForwarding = {
    portForwardingId: sampleId("f", 7000 + number),
    routerId: sampleId("a", routerNumber),
    floatingIpAddress: `203.0.113.${220 + number}`,
    protocol: "tcp",
    externalFirst: 8080,
    externalLast: 8090,
    internalIpAddress,
    internalFirst: 80,
    internalLast: 90,
    bindingEpoch: 1,
    ...settings,
  };
  return [resourceKey("portforwarding", value.portForwardingId), desired({ $case: "portForwarding", value })];
}

/** The server of tenant network `number`: at 10.0.N.2, and told by `settings` for more. */
export function dhcpServer(number: number, settings: Partial<DesiredDhcp> = {}): Entry {
  const value: DesiredDhcp = {
    networkId: sampleId("b", number),
    portId: sampleId("d", 100 + number),
    macAddress: sampleMac(4, number),
    // Its network's: a bridge whose MTU nobody set takes that of its smallest port.
    mtu: 1500,
    subnets: [dhcpSubnet(number)],
    onLink: [`10.0.${number}.0/24`],
    ...settings,
  };
  return [resourceKey("dhcp", value.networkId), desired({ $case: "dhcp", value })];
}

export function dhcpSubnet(number: number, settings: Partial<DesiredDhcpSubnet> = {}): DesiredDhcpSubnet {
  return {
    subnetId: sampleId("e", 100 + number),
    cidr: `10.0.${number}.0/24`,
    serverAddress: `10.0.${number}.2`,
    gatewayIp: `10.0.${number}.1`,
    dnsNameservers: ["192.0.2.53"],
    hostRoutes: [],
    ipv6RaMode: "",
    ipv6AddressMode: "",
    ...settings,
  };
}

/** 2001:db8:0:N::/64, whose server is at ::2. */
export function dhcpSubnetV6(number: number, mode: string): DesiredDhcpSubnet {
  const prefix = `2001:db8:0:${number}::`;
  return dhcpSubnet(number, {
    subnetId: sampleId("e", 200 + number),
    cidr: `${prefix}/64`,
    serverAddress: `${prefix}2`,
    gatewayIp: `${prefix}1`,
    dnsNameservers: ["2001:db8::53"],
    ipv6RaMode: mode,
    ipv6AddressMode: mode,
  });
}

export function gone(key: ResourceKey): Entry {
  return [key, desired({ $case: "gone", value: {} })];
}

function desired(resource: DesiredResource["resource"]): DesiredResource {
  return { logId: "log", epoch: 1, position: 1, causation: undefined, resource };
}
