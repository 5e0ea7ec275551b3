import { type Aggregate, SortedIds } from "@rhumbline/event-sourcing";
import type { AddressGroupEvent } from "../address-group/events.ts";
import { evolveAddressGroup } from "../address-group/evolve.ts";
import { type ActiveAddressGroup, type AddressGroupState, absentAddressGroup } from "../address-group/state.ts";
import type { FloatingIpEvent } from "../floating-ip/events.ts";
import { evolveFloatingIp } from "../floating-ip/evolve.ts";
import { type ActiveFloatingIp, absentFloatingIp, type FloatingIpState } from "../floating-ip/state.ts";
import type { NetworkEvent } from "../network/events.ts";
import { evolveNetwork } from "../network/evolve.ts";
import { type ActiveNetwork, absentNetwork, type NetworkState } from "../network/state.ts";
import type { PortEvent } from "../port/events.ts";
import { evolvePort } from "../port/evolve.ts";
import { type ActivePort, absentPort, type PortState } from "../port/state.ts";
import type { QuotaEvent } from "../quota/events.ts";
import { evolveQuota } from "../quota/evolve.ts";
import { noQuota, type QuotaState } from "../quota/state.ts";
import type { RouterEvent } from "../router/events.ts";
import { evolveRouter } from "../router/evolve.ts";
import { type ActiveRouter, absentRouter, type RouterState } from "../router/state.ts";
import type { SecurityGroupEvent } from "../security-group/events.ts";
import { evolveSecurityGroup } from "../security-group/evolve.ts";
import { type ActiveSecurityGroup, absentSecurityGroup, type SecurityGroupState } from "../security-group/state.ts";
import type { SegmentRangeEvent } from "../segment-range/events.ts";
import { evolveSegmentRange } from "../segment-range/evolve.ts";
import { emptySegmentRange, type SegmentRange } from "../segment-range/state.ts";
import type { IndexMap } from "./index-map.ts";

/** All that topology knows, by id; of other services' things what its own rules need. */
export interface TopologyState {
  readonly networks: Map<string, ActiveNetwork>;
  readonly segmentRanges: Map<string, SegmentRange>;
  readonly ports: Map<string, ActivePort>;
  readonly routers: Map<string, ActiveRouter>;
  readonly floatingIps: Map<string, ActiveFloatingIp>;
  readonly securityGroups: Map<string, ActiveSecurityGroup>;
  readonly addressGroups: Map<string, ActiveAddressGroup>;
  readonly quotas: Map<string, QuotaState>;
  readonly subnets: Map<string, KnownSubnet>;
  readonly nodes: Map<string, KnownNode>;

  /** Of all ports: their list is the longest. */
  readonly portIds: SortedIds;
  /** All ports by their names: see `nameKey`. */
  readonly portNames: SortedIds;
  /** What counts towards a project's quota: of ports those that callers made; subnets are ipam's to count. */
  readonly networksByProject: IndexMap;
  readonly portsByProject: IndexMap;
  readonly routersByProject: IndexMap;
  readonly floatingIpsByProject: IndexMap;
  readonly subnetsByProject: IndexMap;
  readonly securityGroupsByProject: IndexMap;
  readonly securityGroupRulesByProject: IndexMap;
  readonly addressGroupsByProject: IndexMap;
  readonly portsByNetwork: IndexMap;
  readonly portsBySecurityGroup: IndexMap;
  readonly securityGroupsByRule: IndexMap;
  /** By the security groups and address groups that their rules refer to. */
  readonly securityGroupsByRemote: IndexMap;
  readonly portsByDevice: IndexMap;
  /** Ports by node and device, where that has not the port's own name: "<node id> tap7". */
  readonly portsByNamedDevice: IndexMap;
  /** Routers by the subnets of their interfaces. */
  readonly routersBySubnet: IndexMap;
  readonly routersByGatewayNetwork: IndexMap;
  readonly floatingIpsByNetwork: IndexMap;
  readonly floatingIpsByPort: IndexMap;
  /** Floating IPs by the router that translates them or their ports. */
  readonly floatingIpsByRouter: IndexMap;
  /** The floating IP of a port forwarding. */
  readonly floatingIpsByPortForwarding: IndexMap;
  /** Floating IPs by the ports that single ports of theirs lead to. */
  readonly floatingIpsByForwardedPort: IndexMap;
  readonly subnetsByNetwork: IndexMap;
  readonly nodesByName: IndexMap;

  /** Networks that ipam gives nothing new in. */
  readonly closedScopes: Map<string, true>;
  /** What ipam was told last of an open scope. */
  readonly openScopes: Map<string, { readonly shared: boolean; readonly ipv4Only: boolean }>;
  /** Scopes open in ipam for networks that are not there, or not yet. */
  readonly strayScopes: Map<string, { readonly sinceMs: number }>;
  /** Networks whose DHCP server has other addresses than it should have. */
  readonly dhcpDue: Map<string, true>;
  /** Where a port or router is bound, and since when. */
  readonly placements: Map<string, Placement>;
  /** What the node that a port, router or floating IP is placed on reported last of it. */
  readonly outcomes: Map<string, Outcome>;
}

export interface KnownSubnet {
  readonly id: string;
  readonly projectId: string;
  readonly networkId: string;
  readonly cidr: string;
  /** Empty: none. */
  readonly gatewayIp: string;
  readonly enableDhcp: boolean;
}

export interface KnownNode {
  readonly id: string;
  readonly name: string;
  readonly bootId: string;
}

export interface Placement {
  readonly nodeId: string;
  /** Of the event that placed it. */
  readonly position: number;
}

interface Outcome {
  readonly nodeId: string;
  /** Empty: it stands as desired. */
  readonly error: string;
  /** The error says what it waits for. */
  readonly waiting: boolean;
}

export const emptyState = (): TopologyState => ({
  networks: new Map(),
  segmentRanges: new Map(),
  ports: new Map(),
  routers: new Map(),
  floatingIps: new Map(),
  securityGroups: new Map(),
  addressGroups: new Map(),
  quotas: new Map(),
  subnets: new Map(),
  nodes: new Map(),
  portIds: SortedIds.from(),
  portNames: SortedIds.from(),
  networksByProject: new Map(),
  portsByProject: new Map(),
  routersByProject: new Map(),
  floatingIpsByProject: new Map(),
  subnetsByProject: new Map(),
  securityGroupsByProject: new Map(),
  securityGroupRulesByProject: new Map(),
  addressGroupsByProject: new Map(),
  portsByNetwork: new Map(),
  portsBySecurityGroup: new Map(),
  securityGroupsByRule: new Map(),
  securityGroupsByRemote: new Map(),
  portsByDevice: new Map(),
  portsByNamedDevice: new Map(),
  routersBySubnet: new Map(),
  routersByGatewayNetwork: new Map(),
  floatingIpsByNetwork: new Map(),
  floatingIpsByPort: new Map(),
  floatingIpsByRouter: new Map(),
  floatingIpsByPortForwarding: new Map(),
  floatingIpsByForwardedPort: new Map(),
  subnetsByNetwork: new Map(),
  nodesByName: new Map(),
  closedScopes: new Map(),
  openScopes: new Map(),
  strayScopes: new Map(),
  dhcpDue: new Map(),
  placements: new Map(),
  outcomes: new Map(),
});

export const networks: Aggregate<TopologyState, NetworkState, NetworkEvent> = {
  category: "network",
  select: (state, id) => state.networks.get(id) ?? absentNetwork,
  evolve: evolveNetwork,
};

export const segmentRanges: Aggregate<TopologyState, SegmentRange, SegmentRangeEvent> = {
  category: "segmentRange",
  select: (state, id) => state.segmentRanges.get(id) ?? emptySegmentRange,
  evolve: evolveSegmentRange,
};

export const ports: Aggregate<TopologyState, PortState, PortEvent> = {
  category: "port",
  select: (state, id) => state.ports.get(id) ?? absentPort,
  evolve: evolvePort,
};

export const routers: Aggregate<TopologyState, RouterState, RouterEvent> = {
  category: "router",
  select: (state, id) => state.routers.get(id) ?? absentRouter,
  evolve: evolveRouter,
};

export const floatingIps: Aggregate<TopologyState, FloatingIpState, FloatingIpEvent> = {
  category: "floatingIp",
  select: (state, id) => state.floatingIps.get(id) ?? absentFloatingIp,
  evolve: evolveFloatingIp,
};

export const securityGroups: Aggregate<TopologyState, SecurityGroupState, SecurityGroupEvent> = {
  category: "securityGroup",
  select: (state, id) => state.securityGroups.get(id) ?? absentSecurityGroup,
  evolve: evolveSecurityGroup,
};

export const addressGroups: Aggregate<TopologyState, AddressGroupState, AddressGroupEvent> = {
  category: "addressGroup",
  select: (state, id) => state.addressGroups.get(id) ?? absentAddressGroup,
  evolve: evolveAddressGroup,
};

export const quotas: Aggregate<TopologyState, QuotaState, QuotaEvent> = {
  category: "quota",
  select: (state, projectId) => state.quotas.get(projectId) ?? noQuota,
  evolve: evolveQuota,
};
