import type { ResourceKey } from "../desired/resource-key.ts";
import type { ConfinedElement } from "../observed/confinement.ts";
import type { ObservedConnection } from "../observed/observed-kernel.ts";
import type { FilterObject } from "../security/filter-object.ts";
import type { HelperOperation } from "./helper-operation.ts";
import type { InNamespace } from "./in-namespace.ts";

/** One step of a plan: data that a kernel driver turns into commands. Repeating one that was done changes nothing. */
export type Operation =
  | AddBridge
  | AddNamespace
  | AddVeth
  | AddMacvlan
  | AddVlan
  | AddPatch
  | AddVxlan
  | SetTunnelIp
  | SetBridgePort
  | SetLink
  | WriteSysctl
  | AddAddress
  | ReplaceRoute
  | ChangeTable
  | DeleteFlows
  | ChangeFilter
  | DeleteConnections
  | MarkConnections
  | Announce
  | AddFloodPeer
  | SetForwarding
  | SetDelivery
  | SetNeighbour
  | DeleteNeighbour
  | DeleteForwarding
  | DeleteFloodPeer
  | DeleteAddress
  | DeleteRoute
  | DeleteLink
  | DropNamespace
  | ChangeConfinement
  | HelperOperation;

/** A tenant network's bridge: no spanning tree, no forwarding delay, no multicast snooping. */
export interface AddBridge extends InNamespace {
  readonly kind: "add-bridge";
  readonly device: string;
  readonly mac: string;
}

export interface AddNamespace extends InNamespace {
  readonly kind: "add-namespace";
}

/** `device` in `netns` and its other end on the host. */
export interface AddVeth extends InNamespace {
  readonly kind: "add-veth";
  readonly device: string;
  readonly hostEnd: string;
  readonly mac: string;
  readonly mtu: number;
}

/** `device` in `netns` on a device of the host. */
export interface AddMacvlan extends InNamespace {
  readonly kind: "add-macvlan";
  readonly device: string;
  readonly parent: string;
  readonly mac: string;
  readonly mtu: number;
}

/** A tenant network's device on what carries its physical network: frames go through `parent` with the VLAN id as their tag
 *  (IEEE 802.1Q). */
export interface AddVlan extends InNamespace {
  readonly kind: "add-vlan";
  readonly device: string;
  readonly parent: string;
  readonly vlanId: number;
  readonly mtu: number;
}

/** A pair of devices between a flat network's bridge and the operator's; it is on neither yet. */
export interface AddPatch extends InNamespace {
  readonly kind: "add-patch";
  readonly device: string;
  readonly peer: string;
  /** Of the peer. */
  readonly mac: string;
  readonly mtu: number;
}

/** A tenant network's device on the overlay (RFC 7348). It learns no destinations. */
interface AddVxlan extends InNamespace {
  readonly kind: "add-vxlan";
  readonly device: string;
  readonly vni: number;
  readonly tunnelIp: string;
  readonly mtu: number;
}

/** This host's end of a device's tunnels. */
interface SetTunnelIp extends InNamespace {
  readonly kind: "set-tunnel-ip";
  readonly device: string;
  readonly tunnelIp: string;
}

/** The bridge learns nothing from this port of it, and doesn't ask through it for neighbours that it knows. */
interface SetBridgePort extends InNamespace {
  readonly kind: "set-bridge-port";
  readonly device: string;
}

/** Frames without a known destination go to this tunnel too. */
interface AddFloodPeer extends InNamespace {
  readonly kind: "add-flood-peer";
  readonly device: string;
  readonly peer: string;
}

interface DeleteFloodPeer extends InNamespace {
  readonly kind: "delete-flood-peer";
  readonly device: string;
  readonly peer: string;
}

/** Frames for the MAC address go through the device, and there into this tunnel. It takes the place of another tunnel in
 *  one step: a port that moves is reachable at every moment. */
interface SetForwarding extends InNamespace {
  readonly kind: "set-forwarding";
  readonly device: string;
  readonly mac: string;
  readonly tunnelIp: string;
}

/** The bridge sends frames for the MAC address through this port of its, in place of the overlay's device and in one step:
 *  a port that arrives is reachable at every moment, and no frame for it is flooded. */
interface SetDelivery extends InNamespace {
  readonly kind: "set-delivery";
  readonly device: string;
  readonly mac: string;
  readonly overlay: string;
}

/** Takes away what stands of it: the tunnel, the bridge's entry, or both. */
interface DeleteForwarding extends InNamespace {
  readonly kind: "delete-forwarding";
  readonly device: string;
  readonly mac: string;
  readonly tunnel: boolean;
  readonly bridged: boolean;
}

/** The bridge answers for the address in the port's stead. */
interface SetNeighbour extends InNamespace {
  readonly kind: "set-neighbour";
  readonly device: string;
  readonly address: string;
  readonly mac: string;
}

interface DeleteNeighbour extends InNamespace {
  readonly kind: "delete-neighbour";
  readonly device: string;
  readonly address: string;
}

/** Only what is given changes. */
export interface SetLink extends InNamespace {
  readonly kind: "set-link";
  readonly device: string;
  readonly mtu?: number;
  readonly mac?: string;
  /** Of an instance's device: the port that it is bound to. Empty: none. */
  readonly boundTo?: ResourceKey;
  readonly master?: string;
  readonly up?: boolean;
  /** Of a bridge: whether its packets pass connection tracking. */
  readonly tracked?: boolean;
}

export interface WriteSysctl extends InNamespace {
  readonly kind: "write-sysctl";
  readonly name: string;
  readonly value: string;
}

export interface AddAddress extends InNamespace {
  readonly kind: "add-address";
  readonly device: string;
  readonly address: string;
}

export interface ReplaceRoute extends InNamespace {
  readonly kind: "replace-route";
  readonly destination: string;
  readonly family: 4 | 6;
  readonly nextHop: string;
  readonly device: string;
}

/** Rules of one table change in one transaction: chains not named here keep their rules, connections and counters. */
export interface ChangeTable extends InNamespace {
  readonly kind: "change-table";
  /** The floating IPs and port forwardings that it serves besides the router. */
  readonly alsoServes: readonly ResourceKey[];
  readonly table: string;
  /** Own chains to stand with exactly these rules afterwards, made where missing. */
  readonly chains: ReadonlyMap<string, readonly string[]>;
  /** The rules of those that stand. */
  readonly chainsBefore: ReadonlyMap<string, readonly string[]>;
  /** Our rules of built-in chains to take out, then to append, in order. */
  readonly unhook: readonly string[];
  readonly hook: readonly string[];
  /** Own chains that nothing uses any more. */
  readonly removeChains: readonly string[];
  /** What changes, rule by rule, for the reader. */
  readonly addedRules: readonly string[];
  readonly removedRules: readonly string[];
}

/** Every connection whose destination or source was translated so; whatever its ports, unless they are named. */
export interface DeleteFlows extends InNamespace {
  readonly kind: "delete-flows";
  readonly translation: FlowTranslation;
}

export type FlowTranslation =
  | { readonly kind: "destination"; readonly from: string; readonly to: string }
  | { readonly kind: "source"; readonly from: string; readonly to: string }
  | ForwardedPorts;

/** A destination, for connections to some of its ports. */
export interface ForwardedPorts {
  readonly kind: "ports";
  readonly protocol: "tcp" | "udp";
  readonly from: string;
  readonly to: string;
  /** Of `from`, both ends included. */
  readonly first: number;
  readonly last: number;
}

/** Objects of our table of nftables come, change and go in one transaction; all others keep what they have. */
export interface ChangeFilter extends InNamespace {
  readonly kind: "change-filter";
  /** Resources that it serves besides. */
  readonly alsoServes: readonly ResourceKey[];
  /** To stand exactly so afterwards. What others refer to comes first. */
  readonly put: readonly FilterObject[];
  readonly remove: readonly FilterObject[];
}

/** Every connection of a conntrack zone is forgotten. */
export interface DeleteConnections extends InNamespace {
  readonly kind: "delete-connections";
  readonly zone: number;
}

/** Connections of one zone get a mark. One that has ended meanwhile is left out. */
export interface MarkConnections extends InNamespace {
  readonly kind: "mark-connections";
  readonly connections: readonly ObservedConnection[];
  readonly mark: number;
}

/** Gratuitous ARP and unsolicited neighbour advertisements: neighbours learn at once which MAC has the address. Leaves no trace in this kernel. */
export interface Announce extends InNamespace {
  readonly kind: "announce";
  readonly device: string;
  /** The leg's other end on the host, which has to let it out; empty: it has none. */
  readonly through: string;
  readonly addresses: readonly string[];
}

export interface DeleteAddress extends InNamespace {
  readonly kind: "delete-address";
  readonly device: string;
  readonly address: string;
}

export interface DeleteRoute extends InNamespace {
  readonly kind: "delete-route";
  readonly destination: string;
  readonly family: 4 | 6;
}

export interface DeleteLink extends InNamespace {
  readonly kind: "delete-link";
  readonly device: string;
}

/** The namespace with all that is in it. Its legs go with their host ends: a shell that holds the namespace must not keep a
 *  removed router answering. */
export interface DropNamespace extends InNamespace {
  readonly kind: "drop-namespace";
  readonly hostEnds: readonly string[];
}

/** What is done to the overlay. */
export type OverlayOperation =
  | AddFloodPeer
  | AddVxlan
  | DeleteFloodPeer
  | DeleteForwarding
  | DeleteNeighbour
  | SetBridgePort
  | SetDelivery
  | SetForwarding
  | SetNeighbour
  | SetTunnelIp;

/** Which frames of DHCP stay on this node, in one transaction. */
export interface ChangeConfinement extends InNamespace {
  readonly kind: "change-confinement";
  /** "made": the table anew, with only the added elements in it; "deleted": with all that is in it. */
  readonly table: "kept" | "made" | "deleted";
  readonly add: readonly ConfinedElement[];
  readonly remove: readonly ConfinedElement[];
}
