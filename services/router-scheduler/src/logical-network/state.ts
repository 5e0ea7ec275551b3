import type { PersistentMap } from "@rhumbline/event-sourcing";
import type {
  Causation,
  DesiredDhcpOption,
  DesiredNetwork,
  DesiredRoute,
  DesiredSecurityGroupRule,
} from "@rhumbline/proto/rhumbline/agent/v1/desired";
import type { Membership } from "./membership.ts";
import type { Owners } from "./owners.ts";

/** The logical network, as far as nodes need to know it, by id. */
export interface LogicalNetwork {
  readonly networks: Map<string, DesiredNetwork>;
  readonly subnets: Map<string, Subnet>;
  readonly ports: Map<string, Port>;
  readonly routers: Map<string, Router>;
  readonly floatingIps: Map<string, FloatingIp>;
  readonly securityGroups: Map<string, SecurityGroup>;
  readonly addressGroups: Map<string, AddressGroup>;
  /** Network → the routers with a leg in it. */
  readonly routersByNetwork: Membership;
  /** Network → its ports, of whatever owner. */
  readonly portsByNetwork: Membership;
  readonly subnetsByNetwork: Membership;
  /** Network → the port of its DHCP server. */
  readonly dhcpPortByNetwork: Map<string, string>;
  /** Router → the floating IPs that it translates, or ports of which it does. */
  readonly floatingIpsByRouter: Membership;
  /** Port forwarding → its floating IP. */
  readonly floatingIpByForwarding: Map<string, string>;
  readonly owners: Owners;
  /** Security group → the ports that have it, bound or not. */
  readonly portsByGroup: Membership;
  /** Security group or address group → the security groups whose rules refer to it. */
  readonly groupsByRemote: Membership;
}

export interface Subnet {
  readonly networkId: string;
  readonly cidr: string;
  /** Empty: none. */
  readonly gatewayIp: string;
  readonly enableDhcp: boolean;
  readonly dnsNameservers: readonly string[];
  readonly hostRoutes: readonly DesiredRoute[];
  /** As DesiredDhcpSubnet has them. */
  readonly ipv6RaMode: string;
  readonly ipv6AddressMode: string;
}

export interface Port {
  readonly projectId: string;
  readonly networkId: string;
  readonly macAddress: string;
  readonly ipAddresses: readonly string[];
  readonly adminStateUp: boolean;
  readonly deviceOwner: string;
  readonly deviceId: string;
  readonly dhcpOptions: readonly DesiredDhcpOption[];
  /** Empty: none. */
  readonly dnsName: string;
  readonly portSecurity: boolean;
  readonly securityGroupIds: readonly string[];
  /** An empty MAC address is the port's own. */
  readonly allowedAddressPairs: readonly { readonly ipAddress: string; readonly macAddress: string }[];
  /** Empty: bound nowhere. */
  readonly nodeId: string;
  /** As DesiredPort has it. */
  readonly device: string;
  /** Where it is on its way to. */
  readonly move: { readonly nodeId: string; readonly device: string } | undefined;
}

export interface SecurityGroup {
  readonly rules: readonly DesiredSecurityGroupRule[];
}

export interface AddressGroup {
  readonly addresses: readonly string[];
}

export interface Router {
  readonly projectId: string;
  readonly adminStateUp: boolean;
  readonly routes: readonly DesiredRoute[];
  /** Empty: any. */
  readonly availabilityZoneHints: readonly string[];
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly gateway: Gateway | undefined;
  /** In the order in which they were added. */
  readonly interfaces: readonly Interface[];
  /** The event that changed it last: what is decided about the router follows from that. */
  readonly causation: Causation;
}

export interface Gateway {
  readonly networkId: string;
  readonly portId: string;
  readonly macAddress: string;
  readonly enableSnat: boolean;
  readonly addresses: readonly { readonly subnetId: string; readonly ipAddress: string }[];
}

/** One address of a router in a network; a port may have several. */
export interface Interface {
  readonly portId: string;
  readonly networkId: string;
  readonly subnetId: string;
  readonly macAddress: string;
  /** "10.0.0.1/24". */
  readonly address: string;
}

export interface FloatingIp {
  readonly address: string;
  readonly fixedIpAddress: string;
  /** That translates it, or its ports. Empty: it stands for no port and forwards none. */
  readonly routerId: string;
  /** By id. */
  readonly forwardings: PersistentMap<string, PortForwarding>;
}

export interface PortForwarding {
  readonly protocol: "tcp" | "udp";
  readonly externalPorts: PortRange;
  readonly internalPorts: PortRange;
  readonly internalIpAddress: string;
  readonly routerId: string;
}

/** Both ends belong to it. */
interface PortRange {
  readonly first: number;
  readonly last: number;
}

export const emptyLogicalNetwork = (): LogicalNetwork => ({
  networks: new Map(),
  subnets: new Map(),
  ports: new Map(),
  routers: new Map(),
  floatingIps: new Map(),
  securityGroups: new Map(),
  addressGroups: new Map(),
  routersByNetwork: new Map(),
  portsByNetwork: new Map(),
  subnetsByNetwork: new Map(),
  dhcpPortByNetwork: new Map(),
  floatingIpsByRouter: new Map(),
  floatingIpByForwarding: new Map(),
  owners: new Map(),
  portsByGroup: new Map(),
  groupsByRemote: new Map(),
});

/** Ports of routers and floating IPs are no instances' ports: their owner realises them. */
export const isInstancePort = ({ deviceOwner }: Port): boolean => !deviceOwner.startsWith("network:");

/** Where an instance's port is, and where it is on its way to. */
export function nodesOfPort({ nodeId, move }: Port): readonly string[] {
  // A fold asks several times an event, and ports that are on no node yet are most that it makes.
  if (move === undefined) return nodeId === "" ? nowhere : [nodeId];
  return [nodeId, move.nodeId].filter((id) => id !== "");
}

const nowhere: readonly string[] = [];

/** The port that a network's DHCP server has, on every node the same. */
export const isDhcpPort = ({ deviceOwner }: Port): boolean => deviceOwner === "network:dhcp";

/** Networks that the router has a leg in, each once. */
export function networksOf({ gateway, interfaces }: Router): string[] {
  const networkIds = interfaces.map(({ networkId }) => networkId);
  return [...new Set(gateway === undefined ? networkIds : [gateway.networkId, ...networkIds])];
}

/** Nothing of such a router is on its node. */
export const joinsNothing = (router: Router): boolean => networksOf(router).length === 0;

/** The router's own ports, each once. */
export function portIdsOf(router: Router | undefined): string[] {
  if (router === undefined) return [];
  const portIds = router.interfaces.map(({ portId }) => portId);
  return [...new Set(router.gateway === undefined ? portIds : [router.gateway.portId, ...portIds])];
}
