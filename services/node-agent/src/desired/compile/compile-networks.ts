import type { DesiredNetwork } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import { rememberingLast } from "../../observed/remember.ts";
import { bridgeSysctls } from "../bridge-sysctls.ts";
import type { DesiredBridge, DesiredOverlay, DesiredPatch, DesiredVlan } from "../desired-kernel.ts";
import { bridgeMac, patchDevice, patchPeer, patchPeerMac, vlanDevice, vxlanDevice } from "../device-names.ts";
import type { HostFacts } from "../host-facts.ts";
import type { ResourceKey } from "../resource-key.ts";
import { type Carrier, type Carriers, carrierOf, innerCarrierOf } from "./carriers.ts";
import { type KnownPorts, knownPorts } from "./known-ports.ts";
import type { SortedResources } from "./sort-resources.ts";

/** What the networks ask of this host. */
export interface CompiledNetworks {
  readonly bridges: ReadonlyMap<string, DesiredBridge>;
  readonly overlays: ReadonlyMap<string, DesiredOverlay>;
  readonly vlans: ReadonlyMap<string, DesiredVlan>;
  readonly patches: ReadonlyMap<string, DesiredPatch>;
  /** Of routers' legs. */
  readonly carriers: Carriers;
  /** Of everything else. */
  readonly innerCarriers: Carriers;
}

/** Puts a network that can't be realised here into `errors`. */
export function compileNetworks(
  sorted: SortedResources,
  host: HostFacts,
  errors: Map<ResourceKey, string>,
): CompiledNetworks {
  const bridges = new Map<string, DesiredBridge>();
  const overlays = new Map<string, DesiredOverlay>();
  const vlans = new Map<string, DesiredVlan>();
  const patches = new Map<string, DesiredPatch>();
  const carriers = new Map<string, Carrier | string>();
  const innerCarriers = new Map<string, Carrier | string>();
  const known = knownPorts(sorted, errors);
  const filtered = [...sorted.ports.values()].filter(({ portSecurity }) => portSecurity);
  const tracked = new Set(filtered.map(({ networkId }) => networkId));
  const inhabited = new Set(
    [...sorted.ports.values(), ...sorted.dhcpServers.values()].map(({ networkId }) => networkId),
  );
  for (const [resource, network] of sorted.networks) {
    const { networkId } = network;
    const surroundings: Surroundings = {
      host,
      refused: errors.get(resource),
      inhabited: inhabited.has(networkId),
      tracked: tracked.has(networkId),
      known: network.networkType === "vxlan" ? known.get(networkId) : undefined,
    };
    const made = asLastTime(network, Object.values(surroundings), () =>
      compileNetwork(resource, network, surroundings),
    );
    carriers.set(networkId, made.carrier);
    innerCarriers.set(networkId, made.innerCarrier);
    if (typeof made.carrier === "string") errors.set(resource, made.carrier);
    if (made.patch !== undefined) patches.set(made.patch.device, made.patch);
    if (made.bridge !== undefined) bridges.set(made.bridge.name, made.bridge);
    if (made.overlay !== undefined) overlays.set(made.overlay.device, made.overlay);
    if (made.vlan !== undefined) vlans.set(made.vlan.device, made.vlan);
  }
  return { bridges, overlays, vlans, patches, carriers, innerCarriers };
}

/** What a network is compiled by besides itself. */
interface Surroundings {
  readonly host: HostFacts;
  /** Why it can't be realised, if that is known already. */
  readonly refused: string | undefined;
  /** Instances or DHCP servers are in it. */
  readonly inhabited: boolean;
  /** Some of them are filtered. */
  readonly tracked: boolean;
  readonly known: KnownPorts | undefined;
}

interface CompiledNetwork {
  readonly carrier: Carrier | string;
  readonly innerCarrier: Carrier | string;
  readonly bridge?: DesiredBridge;
  readonly overlay?: DesiredOverlay;
  readonly vlan?: DesiredVlan;
  readonly patch?: DesiredPatch;
}

const asLastTime = rememberingLast<DesiredNetwork, CompiledNetwork>();

function compileNetwork(
  resource: ResourceKey,
  network: DesiredNetwork,
  { host, refused, inhabited, tracked, known }: Surroundings,
): CompiledNetwork {
  const carrier = refused ?? carrierOf(network, host);
  if (typeof carrier === "string") return { carrier, innerCarrier: carrier };
  const innerCarrier = innerCarrierOf(network, carrier);
  if (innerCarrier.kind !== "bridge" || carrier.kind !== "bridge") return { carrier, innerCarrier };
  const { bridge: name, vlanParent } = innerCarrier;
  const isPatched = carrier.bridge !== name;
  if (isPatched && !inhabited) return { carrier, innerCarrier };
  return {
    carrier,
    innerCarrier,
    bridge: { ...bridgeOf(resource, network, name, known), tracked },
    ...(isPatched && { patch: patchOf(resource, network, name, carrier.bridge) }),
    ...(network.networkType === "vxlan" && { overlay: overlayOf(resource, network, name, host, known) }),
    ...(vlanParent !== undefined && { vlan: vlanOf(resource, network, name, vlanParent) }),
  };
}

function bridgeOf(
  resource: ResourceKey,
  { networkId, mtu, adminStateUp: up }: DesiredNetwork,
  name: string,
  known: KnownPorts | undefined,
): Omit<DesiredBridge, "tracked"> {
  // A bridge that is down forgets its neighbours.
  const neighbours: DesiredBridge["neighbours"] = (up && known?.neighbours) || new Map();
  const answersIpv6 = [...neighbours.keys()].some((address) => address.includes(":"));
  const mac = bridgeMac(networkId);
  return { resource, name, mac, mtu, up, sysctls: bridgeSysctls(name, { answersIpv6 }), neighbours };
}

function overlayOf(
  resource: ResourceKey,
  { segmentationId: vni, mtu, adminStateUp: up, tunnelPeers }: DesiredNetwork,
  bridge: string,
  { tunnelIp }: HostFacts,
  known: KnownPorts | undefined,
): DesiredOverlay {
  const forwarding = known?.forwarding ?? new Map();
  const device = vxlanDevice(vni);
  return { resource, device, bridge, vni, tunnelIp, mtu, up, peers: new Set(tunnelPeers), forwarding };
}

function vlanOf(
  resource: ResourceKey,
  { networkId, segmentationId: vlanId, mtu, adminStateUp: up }: DesiredNetwork,
  bridge: string,
  parent: string,
): DesiredVlan {
  return { resource, device: vlanDevice(networkId), bridge, parent, vlanId, mtu, up };
}

function patchOf(
  resource: ResourceKey,
  { networkId, mtu, adminStateUp: up }: DesiredNetwork,
  bridge: string,
  operatorsBridge: string,
): DesiredPatch {
  const [device, peer, peerMac] = [patchDevice(networkId), patchPeer(networkId), patchPeerMac(networkId)];
  return { resource, device, bridge, peer, peerMac, operatorsBridge, mtu, up };
}
