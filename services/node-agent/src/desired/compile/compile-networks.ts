import type { DesiredNetwork } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import { bridgeSysctls } from "../bridge-sysctls.ts";
import type { DesiredBridge, DesiredOverlay } from "../desired-kernel.ts";
import { bridgeMac, networkBridge, vxlanDevice } from "../device-names.ts";
import type { BridgeMapping, HostFacts } from "../host-facts.ts";
import type { ResourceKey } from "../resource-key.ts";
import { type KnownPorts, knownPorts } from "./known-ports.ts";
import type { SortedResources } from "./sort-resources.ts";

/** Network id -> what the ports of a network are plugged into on this host. A network that can't be realised isn't in it. */
export type Carriers = ReadonlyMap<string, BridgeMapping>;

/** What the networks ask of this host. */
export interface CompiledNetworks {
  readonly bridges: ReadonlyMap<string, DesiredBridge>;
  readonly overlays: ReadonlyMap<string, DesiredOverlay>;
  readonly carriers: Carriers;
}

/** Puts a network that can't be realised here into `errors`. */
export function compileNetworks(
  sorted: SortedResources,
  host: HostFacts,
  errors: Map<ResourceKey, string>,
): CompiledNetworks {
  const bridges = new Map<string, DesiredBridge>();
  const overlays = new Map<string, DesiredOverlay>();
  const carriers = new Map<string, BridgeMapping>();
  const known = knownPorts(sorted, errors);
  const filtered = [...sorted.ports.values()].filter(({ portSecurity }) => portSecurity);
  const tracked = new Set(filtered.map(({ networkId }) => networkId));
  for (const [resource, network] of sorted.networks) {
    if (errors.has(resource)) continue;
    const carrier = carrierOf(network, host);
    if (typeof carrier === "string") {
      errors.set(resource, carrier);
      continue;
    }
    carriers.set(network.networkId, carrier);
    if (network.networkType === "flat" || carrier.kind !== "bridge") continue;
    const overlay = network.networkType === "vxlan" ? known.get(network.networkId) : undefined;
    const bridge = bridgeOf(resource, network, carrier.bridge, overlay);
    bridges.set(carrier.bridge, { ...bridge, tracked: tracked.has(network.networkId) });
    if (network.networkType !== "vxlan") continue;
    const compiled = overlayOf(resource, network, carrier.bridge, host, overlay);
    overlays.set(compiled.device, compiled);
  }
  return { bridges, overlays, carriers };
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
  return {
    resource,
    device: vxlanDevice(vni),
    bridge,
    vni,
    tunnelIp,
    mtu,
    up,
    peers: new Set(tunnelPeers),
    forwarding,
  };
}

/** A carrier, or why there is none. */
function carrierOf(network: DesiredNetwork, { bridgeMappings, tunnelIp }: HostFacts): BridgeMapping | string {
  switch (network.networkType) {
    case "vxlan":
      if (tunnelIp === "") return "this node takes no part in overlays: its agent was started without --tunnel-ip";
      return { kind: "bridge", bridge: networkBridge(network.networkId) };
    case "local":
      return { kind: "bridge", bridge: networkBridge(network.networkId) };
    case "flat":
      return bridgeMappings.get(network.physicalNetwork) ?? unmapped(network.physicalNetwork, bridgeMappings);
    default:
      return `this node can't realise networks of type ${network.networkType}`;
  }
}

function unmapped(physicalNetwork: string, bridgeMappings: ReadonlyMap<string, BridgeMapping>): string {
  const mapped = [...bridgeMappings.keys()].join(", ") || "none";
  return `physical network ${physicalNetwork} has no bridge mapping on this node (mapped: ${mapped})`;
}

/** @throws Error when the network isn't carried on this host. */
export function requireCarrier(carriers: Carriers, networkId: string): BridgeMapping {
  const carrier = carriers.get(networkId);
  if (carrier === undefined) throw new Error(`network ${networkId} isn't realised on this node`);
  return carrier;
}
