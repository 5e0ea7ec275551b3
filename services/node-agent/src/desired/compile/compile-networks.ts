import type { DesiredNetwork } from "@rhumbline/proto/rhumbline/agent/v1/desired";
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
    const carrier = errors.get(resource) ?? carrierOf(network, host);
    carriers.set(network.networkId, carrier);
    if (typeof carrier === "string") {
      innerCarriers.set(network.networkId, carrier);
      errors.set(resource, carrier);
      continue;
    }
    const inner = innerCarrierOf(network, carrier);
    innerCarriers.set(network.networkId, inner);
    if (inner.kind !== "bridge" || carrier.kind !== "bridge") continue;
    const { bridge: name, vlanParent } = inner;
    if (carrier.bridge !== name) {
      if (!inhabited.has(network.networkId)) continue;
      const compiled = patchOf(resource, network, name, carrier.bridge);
      patches.set(compiled.device, compiled);
    }
    const overlay = network.networkType === "vxlan" ? known.get(network.networkId) : undefined;
    bridges.set(name, { ...bridgeOf(resource, network, name, overlay), tracked: tracked.has(network.networkId) });
    if (network.networkType === "vxlan") {
      const compiled = overlayOf(resource, network, name, host, overlay);
      overlays.set(compiled.device, compiled);
    }
    if (vlanParent !== undefined) {
      const compiled = vlanOf(resource, network, name, vlanParent);
      vlans.set(compiled.device, compiled);
    }
  }
  return { bridges, overlays, vlans, patches, carriers, innerCarriers };
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
