import type { FilterObjects } from "../security/filter-object.ts";

/** What is in the kernel of this host now, as far as it is ours or needed by ours. Read, never written. */
export interface ObservedKernel {
  /** Of the host's own network namespace: every link, ours or not, since bridges and instance ports are other people's. */
  readonly links: ReadonlyMap<string, ObservedLink>;
  readonly sysctls: ReadonlyMap<string, string>;
  /** Our table of each family of nftables, by the identity of its objects. */
  readonly filter: FilterObjects;
  /** Tracked in zones. */
  readonly connections: readonly ObservedConnection[];
  /** Name -> router namespace. */
  readonly namespaces: ReadonlyMap<string, ObservedNamespace>;
  /** Router namespaces that are there but can't be read -> why, in the programs' words. */
  readonly unreadable: ReadonlyMap<string, string>;
}

export interface ObservedNamespace {
  readonly name: string;
  /** Our devices: `qr-` and `qg-`. */
  readonly links: ReadonlyMap<string, ObservedLink>;
  readonly routes: readonly ObservedRoute[];
  readonly sysctls: ReadonlyMap<string, string>;
  /** Table name -> chain name -> rules as iptables-save prints them. Own chains complete; of built-in chains only the rules that jump into ours. */
  readonly tables: ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;
  /** Distinct translations that connections have. */
  readonly flows: readonly ObservedFlow[];
}

export interface ObservedLink {
  readonly name: string;
  readonly index: number;
  /** "bridge", "veth", "macvlan"; empty for physical devices. */
  readonly kind: string;
  /** In our link group: made by us, recognised with no memory. */
  readonly ours: boolean;
  readonly mac: string;
  readonly mtu: number;
  readonly up: boolean;
  readonly master: string | undefined;
  /** Of a bridge: its packets pass the IP hooks, and connection tracking with them. */
  readonly tracked: boolean;
  /** The other end's name for a namespace: of a veth's peer or a macvlan's parent. Undefined: it has none, or it has no name. */
  readonly peerNamespace: string | undefined;
  /** Index of the veth's peer or of the macvlan's parent. */
  readonly peerIndex: number | undefined;
  /** "10.0.0.1/24"; link-local ones left out. */
  readonly addresses: readonly string[];
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
