import type { AllocationPool, HostRoute, Ipv6Mode, Subnet } from "@rhumbline/proto/rhumbline/ipam/v1/subnet";

/** What a caller may set of a subnet, as it is in the log: canonical texts. */
export interface SubnetSettings {
  readonly name: string;
  readonly description: string;
  readonly gatewayIp: string;
  readonly noGateway: boolean;
  readonly allocationPools: readonly AllocationPool[];
  readonly dnsNameservers: readonly string[];
  readonly hostRoutes: readonly HostRoute[];
  readonly enableDhcp: boolean;
  readonly ipv6RaMode: Ipv6Mode;
  readonly ipv6AddressMode: Ipv6Mode;
  readonly tags: readonly string[];
}

/** Settable after creation: path in an update mask → the settings behind it. */
const updatableSettings = {
  name: ["name"],
  description: ["description"],
  gateway_ip: ["gatewayIp", "noGateway"],
  no_gateway: ["noGateway", "gatewayIp"],
  allocation_pools: ["allocationPools"],
  dns_nameservers: ["dnsNameservers"],
  host_routes: ["hostRoutes"],
  enable_dhcp: ["enableDhcp"],
  tags: ["tags"],
} as const satisfies Record<string, readonly (keyof SubnetSettings)[]>;

export type UpdatableSetting = keyof typeof updatableSettings;
export const updatablePaths = Object.keys(updatableSettings) as UpdatableSetting[];

export function settingsOf(subnet: Subnet): SubnetSettings {
  const { name, description, gatewayIp, noGateway, allocationPools, dnsNameservers, hostRoutes, enableDhcp } = subnet;
  const { ipv6RaMode, ipv6AddressMode, tags } = subnet;
  const addresses = { gatewayIp, noGateway, allocationPools, dnsNameservers, hostRoutes };
  return { name, description, ...addresses, enableDhcp, ipv6RaMode, ipv6AddressMode, tags };
}

/** The settings with those behind the paths taken from another. */
export function withSettings(
  present: SubnetSettings,
  wanted: SubnetSettings,
  paths: readonly UpdatableSetting[],
): SubnetSettings {
  const keys = paths.flatMap((path): readonly (keyof SubnetSettings)[] => updatableSettings[path]);
  return { ...present, ...Object.fromEntries(keys.map((key) => [key, wanted[key]])) };
}
