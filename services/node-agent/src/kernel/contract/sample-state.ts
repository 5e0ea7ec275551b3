import type {
  DesiredFloatingIp,
  DesiredNetwork,
  DesiredPort,
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
};

/** A UUID that tells its number: "a0000007-0000-4000-8000-000000000000" for `a` and 7. */
export function sampleId(letter: "a" | "b" | "c" | "d" | "e" | "f", number: number): string {
  return `${letter}${String(number).padStart(7, "0")}-0000-4000-8000-000000000000`;
}

const externalNetworkId = sampleId("e", 0);

export function desiredState(...entries: readonly Entry[]): DesiredState {
  return new Map(entries);
}

export function externalNetwork(): Entry {
  return network({ networkId: externalNetworkId, networkType: "flat", physicalNetwork: "physnet1", segmentationId: 0 });
}

export function tenantNetwork(number: number, settings: Partial<DesiredNetwork> = {}): Entry {
  return network({ networkId: sampleId("b", number), segmentationId: 1000 + number, ...settings });
}

function network(settings: Partial<DesiredNetwork> & { readonly networkId: string }): Entry {
  const vxlan = { networkType: "vxlan", physicalNetwork: "", segmentationId: 1, mtu: 1500, adminStateUp: true };
  return [resourceKey("network", settings.networkId), desired({ $case: "network", value: { ...vxlan, ...settings } })];
}

/** A port in tenant network `networkNumber`, at 10.0.<networkNumber>.<number>. */
export function instancePort(number: number, networkNumber: number, settings: Partial<DesiredPort> = {}): Entry {
  const value: DesiredPort = {
    portId: sampleId("c", number),
    networkId: sampleId("b", networkNumber),
    macAddress: `fa:16:3e:00:01:${String(number).padStart(2, "0")}`,
    ipAddresses: [`10.0.${networkNumber}.${number}`],
    adminStateUp: true,
    portSecurity: false,
    securityGroupIds: [],
    allowedAddressPairs: [],
    ...settings,
  };
  return [resourceKey("port", value.portId), desired({ $case: "port", value })];
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
    macAddress: `fa:16:3e:00:02:${String(number).padStart(2, "0")}`,
    addresses: [`203.0.113.${100 + number}/24`],
    mtu: 1500,
    ...settings,
  };
}

export function interfacePort(number: number, networkNumber: number, settings: Partial<RouterPort> = {}): RouterPort {
  return {
    portId: sampleId("f", number * 100 + networkNumber),
    networkId: sampleId("b", networkNumber),
    macAddress: `fa:16:3e:00:03:${String(number * 10 + networkNumber).padStart(2, "0")}`,
    addresses: [`10.0.${networkNumber}.1/24`],
    mtu: 1500,
    ...settings,
  };
}

/** 203.0.113.<200 + number> on a router. */
export function floatingIp(number: number, routerNumber: number, fixedIpAddress: string): Entry {
  const value: DesiredFloatingIp = {
    floatingIpId: sampleId("e", number),
    routerId: sampleId("a", routerNumber),
    floatingIpAddress: `203.0.113.${200 + number}`,
    fixedIpAddress,
    bindingEpoch: 1,
  };
  return [resourceKey("floatingip", value.floatingIpId), desired({ $case: "floatingIp", value })];
}

export function gone(key: ResourceKey): Entry {
  return [key, desired({ $case: "gone", value: {} })];
}

function desired(resource: DesiredResource["resource"]): DesiredResource {
  return { logId: "log", epoch: 1, position: 1, causation: undefined, resource };
}
