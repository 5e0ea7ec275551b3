import type { ConfinedElement } from "../observed/confinement.ts";
import type { PortForwardingTranslation } from "../rules/router-translation.ts";
import type { RuleTable } from "../rules/rule-model.ts";
import type { FilterPart } from "../security/filter-part.ts";
import type { Security } from "../security/model.ts";
import type { DesiredHelper } from "./desired-helper.ts";
import type { Door } from "./door.ts";
import type { ResourceKey } from "./resource-key.ts";

/** Everything of ours that should be in the kernel of this host. Each object names the desired key it serves. */
export interface DesiredKernel {
  /** Bridge name -> network's bridge of ours. The operator's bridges aren't here. */
  readonly bridges: ReadonlyMap<string, DesiredBridge>;
  /** Device name -> a network's device on the overlay. */
  readonly overlays: ReadonlyMap<string, DesiredOverlay>;
  /** Device name -> a network's device on its physical network. */
  readonly vlans: ReadonlyMap<string, DesiredVlan>;
  /** Device name of its end on our bridge -> what joins that to the operator's. */
  readonly patches: ReadonlyMap<string, DesiredPatch>;
  /** Device name -> port of an instance. */
  readonly instancePorts: ReadonlyMap<string, DesiredInstancePort>;
  /** Namespace name -> router. */
  readonly routers: ReadonlyMap<string, DesiredRouterNamespace>;
  /** Namespace name -> DHCP server of a network. */
  readonly dhcpServers: ReadonlyMap<string, DesiredNamespace>;
  /** Requests for a DHCP server that stay on this node -> the server that answers them here. */
  readonly keptRequests: ReadonlyMap<ConfinedElement, ResourceKey>;
  /** Name -> program that serves a namespace. */
  readonly helpers: ReadonlyMap<string, DesiredHelper>;
  readonly security: Security;
  /** Of the host's own network namespace; written where the kernel has them. */
  readonly hostSysctls: ReadonlyMap<string, string>;
  /** Resources that can't be realised here, or not wholly, and why. */
  readonly errors: ReadonlyMap<ResourceKey, string>;
  /** Namespaces and bridges of refused resources: left as they are, neither changed nor deleted. */
  readonly untouched: ReadonlySet<string>;
  /** Namespaces of routers that are this node's and administratively down: what goes of them says so. */
  readonly shutDown: ReadonlySet<string>;
  /** Keys whose resource is to be removed. */
  readonly gone: ReadonlySet<ResourceKey>;
}

export interface DesiredBridge {
  readonly resource: ResourceKey;
  readonly name: string;
  readonly mac: string;
  readonly mtu: number;
  readonly up: boolean;
  /** Its packets pass connection tracking: filtered ports lie on it. */
  readonly tracked: boolean;
  /** In the order they are written. */
  readonly sysctls: ReadonlyMap<string, string>;
  /** IP address -> what answers for it in the network, on whichever node. */
  readonly neighbours: ReadonlyMap<string, DesiredNeighbour>;
}

export interface DesiredNeighbour {
  readonly resource: ResourceKey;
  readonly mac: string;
}

/** A VXLAN device (RFC 7348) that learns nothing: all that it knows is desired state. */
export interface DesiredOverlay {
  readonly resource: ResourceKey;
  readonly device: string;
  readonly bridge: string;
  readonly vni: number;
  /** This host's end of the tunnels. */
  readonly tunnelIp: string;
  readonly mtu: number;
  readonly up: boolean;
  /** Tunnel addresses of the nodes that get what has no known destination. */
  readonly peers: ReadonlySet<string>;
  /** MAC address -> where its frames go. */
  readonly forwarding: ReadonlyMap<string, DesiredTunnel>;
}

export interface DesiredTunnel {
  readonly resource: ResourceKey;
  readonly tunnelIp: string;
}

/** Frames of a network come and go through it with the network's tag (IEEE 802.1Q). */
export interface DesiredVlan {
  readonly resource: ResourceKey;
  readonly device: string;
  readonly bridge: string;
  /** The operator's bridge or device that carries the physical network. */
  readonly parent: string;
  readonly vlanId: number;
  readonly mtu: number;
  readonly up: boolean;
}

/** A pair of devices between a flat network's bridge of ours and the operator's: what Neutron calls int-br-ex and phy-br-ex. */
export interface DesiredPatch {
  readonly resource: ResourceKey;
  /** On our bridge. */
  readonly device: string;
  readonly bridge: string;
  /** On the operator's. */
  readonly peer: string;
  readonly peerMac: string;
  readonly operatorsBridge: string;
  /** At least; no smaller than the operator's bridge has. */
  readonly mtu: number;
  readonly up: boolean;
}

export interface DesiredInstancePort {
  readonly resource: ResourceKey;
  readonly device: string;
  readonly mac: string;
  readonly bridge: string;
  readonly up: boolean;
  /** Another node serves the port: its device is kept off the bridge. */
  readonly standby: boolean;
}

export interface DesiredNamespace {
  readonly resource: ResourceKey;
  readonly name: string;
  /** Device name -> leg. */
  readonly legs: ReadonlyMap<string, DesiredLeg>;
  readonly sysctls: ReadonlyMap<string, string>;
}

export interface DesiredRouterNamespace extends DesiredNamespace {
  readonly routes: readonly DesiredKernelRoute[];
  /** Its rules by iptables; none where nftables has them. */
  readonly tables: readonly RuleTable[];
  /** Its rules by nftables, chains and maps first; none where iptables has them. */
  readonly filter: readonly FilterPart[];
  readonly translations: Translations;
  /** The floating IPs and port forwardings that its rules serve. */
  readonly translated: readonly ResourceKey[];
}

/** One device of a namespace: a router's `qr-` or `qg-`, a DHCP server's `ns-`. */
export interface DesiredLeg {
  readonly device: string;
  readonly mac: string;
  readonly mtu: number;
  readonly attachment: Attachment;
  readonly door: Door;
  readonly addresses: readonly DesiredAddress[];
}

export type Attachment =
  | { readonly kind: "bridge"; readonly bridge: string; readonly hostEnd: string }
  | { readonly kind: "macvlan"; readonly parent: string };

interface DesiredAddress {
  readonly resource: ResourceKey;
  /** "203.0.113.7/32". */
  readonly address: string;
}

export interface DesiredKernelRoute {
  /** A CIDR, or "default". */
  readonly destination: string;
  readonly family: 4 | 6;
  readonly nextHop: string;
  readonly device: string;
}

/** Which address translations a router grants now. A conntrack entry with any other is of revoked access. */
export interface Translations {
  /** Floating IP -> fixed IP. */
  readonly fixedIpByFloatingIp: ReadonlyMap<string, string>;
  readonly portForwardings: readonly PortForwardingTranslation[];
  /** IPv4 addresses of the gateway port. */
  readonly gatewayAddresses: readonly string[];
  /** Whether instances without a floating IP go out through them. */
  readonly snat: boolean;
}
