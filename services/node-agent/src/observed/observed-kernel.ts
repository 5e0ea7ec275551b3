import type { ResourceKey } from "../desired/resource-key.ts";
import type { FilterObjects } from "../security/filter-object.ts";
import type { ObservedConfinement } from "./confinement.ts";
import type { ObservedHelper } from "./observed-helper.ts";

/** What is in the kernel of this host now, as far as it is ours or needed by ours. Read, never written. */
export interface ObservedKernel {
  /** Of the host's own network namespace: every link, ours or not, since bridges and instance ports are other people's. */
  readonly links: ReadonlyMap<string, ObservedLink>;
  readonly sysctls: ReadonlyMap<string, string>;
  /** VXLAN device of ours -> what it and its bridge know of destinations behind it. */
  readonly forwarding: ReadonlyMap<string, ObservedForwarding>;
  /** Bridge of ours -> IP address -> MAC address that it answers with. */
  readonly neighbours: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** What is ours in the host's packet filter, by the identity of its objects. */
  readonly filter: FilterObjects;
  /** Tracked in zones. */
  readonly connections: readonly ObservedConnection[];
  /** Zones that may have connections now, though none may be listed. Undefined: any may. */
  readonly usedZones?: ReadonlySet<number> | undefined;
  /** Name -> namespace of a router or of a DHCP server. */
  readonly namespaces: ReadonlyMap<string, ObservedNamespace>;
  readonly helpers: ReadonlyMap<string, ObservedHelper>;
  /** Undefined: there is no such table. */
  readonly confinement: ObservedConfinement | undefined;
  /** Namespaces that are there but can't be read -> why, in the programs' words. */
  readonly unreadable: ReadonlyMap<string, string>;
  /** Namespaces whose connections are those of an earlier look, or none, and have yet to be listed. */
  readonly unlisted: ReadonlySet<string>;
}

/** Before anything was read. */
export const nothingObserved: ObservedKernel = {
  links: new Map(),
  sysctls: new Map(),
  forwarding: new Map(),
  neighbours: new Map(),
  filter: new Map(),
  connections: [],
  namespaces: new Map(),
  helpers: new Map(),
  confinement: undefined,
  unreadable: new Map(),
  unlisted: new Set(),
};

export interface ObservedNamespace {
  readonly name: string;
  /** Our devices: `qr-`, `qg-` and `ns-`. */
  readonly links: ReadonlyMap<string, ObservedLink>;
  readonly routes: readonly ObservedRoute[];
  readonly sysctls: ReadonlyMap<string, string>;
  /** Table name -> chain name -> rules as iptables-save prints them. Own chains complete; of built-in chains only the rules that jump into ours. */
  readonly tables: ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;
  /** Our table of nftables, by the identity of its objects. */
  readonly filter: FilterObjects;
  /** Distinct translations that connections have. */
  readonly flows: readonly ObservedFlow[];
}

/** Before anything in it was read. */
export const nothingIn = (name: string): ObservedNamespace => ({
  name,
  links: new Map(),
  routes: [],
  sysctls: new Map(),
  tables: new Map(),
  filter: new Map(),
  flows: [],
});

export interface ObservedLink {
  readonly name: string;
  readonly index: number;
  /** "bridge", "veth", "macvlan", "vlan", "vxlan"; empty for physical devices. */
  readonly kind: string;
  /** In our link group: made by us, recognised with no memory. */
  readonly ours: boolean;
  readonly mac: string;
  readonly mtu: number;
  readonly up: boolean;
  readonly master: string | undefined;
  /** Of a bridge: its packets pass the IP hooks, and connection tracking with them. */
  readonly tracked: boolean;
  /** Of an instance's device: the port that it was bound to, whatever it is called now. */
  readonly boundTo: ResourceKey | undefined;
  /** The other end's name for a namespace: of a veth's peer or a macvlan's parent. Undefined: it has none, or it has no name. */
  readonly peerNamespace: string | undefined;
  /** Index of the veth's peer or of the macvlan's parent. */
  readonly peerIndex: number | undefined;
  /** "10.0.0.1/24"; link-local ones left out. */
  readonly addresses: readonly string[];
  /** Of a veth whose other end is in the same namespace: that. */
  readonly peer?: string;
  /** Of a device that gives frames a tag. */
  readonly vlan?: ObservedVlan;
  /** Of a device of the overlay. */
  readonly vxlan?: ObservedVxlan;
  /** Of a device of the overlay that is a bridge's port. */
  readonly bridgePort?: ObservedBridgePort;
}

/** How a device that gives frames a tag was made. */
export interface ObservedVlan {
  readonly id: number;
  /** "802.1Q", "802.1ad". */
  readonly protocol: string;
  /** The device that they go through. Undefined: it is in another network namespace. */
  readonly parent: string | undefined;
}

/** How a device of the overlay was made. */
export interface ObservedVxlan {
  readonly vni: number;
  /** Empty: none was given. */
  readonly tunnelIp: string;
  readonly port: number;
  readonly learning: boolean;
}

/** Settings of a bridge's port. */
export interface ObservedBridgePort {
  readonly learning: boolean;
  readonly neighbourSuppression: boolean;
}

export interface ObservedForwarding {
  /** Tunnel addresses that get what has no known destination. */
  readonly peers: ReadonlySet<string>;
  /** By MAC address. */
  readonly destinations: ReadonlyMap<string, ObservedDestination>;
}

/** One of the two may be missing where somebody had a hand in it. */
export interface ObservedDestination {
  /** Of the tunnel that the device sends it through; undefined: it doesn't know. */
  readonly tunnelIp: string | undefined;
  /** The bridge knows that it lies behind the device. */
  readonly bridged: boolean;
}

export interface ObservedRoute {
  readonly destination: string;
  readonly family: 4 | 6;
  readonly nextHop: string;
  readonly device: string;
}

/** Addresses of a connection: as its first packet had them, and as the answers have them. */
export interface ObservedFlow {
  readonly source: string;
  readonly destination: string;
  readonly replySource: string;
  readonly replyDestination: string;
  /** Of TCP and UDP connections but those that only have their source translated. */
  readonly ports?: FlowPorts;
}

export interface FlowPorts {
  readonly protocol: "tcp" | "udp";
  readonly destinationPort: number;
  readonly replySourcePort: number;
}

/** As its first packet had it. */
export interface ObservedConnection {
  readonly zone: number;
  readonly family: 4 | 6;
  readonly protocol: number;
  readonly source: string;
  readonly destination: string;
  /** 0: the protocol has none. */
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly icmp: { readonly type: number; readonly code: number; readonly id: number } | undefined;
  readonly mark: number;
}
