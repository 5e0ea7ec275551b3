import type { DesiredNetwork } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import type { DesiredBridge } from "../desired-kernel.ts";
import { networkBridge } from "../device-names.ts";
import type { BridgeMapping } from "../host-facts.ts";
import type { ResourceKey } from "../resource-key.ts";

/** Network id -> what the ports of a network are plugged into on this host. A network that can't be realised isn't in it. */
export type Carriers = ReadonlyMap<string, BridgeMapping>;

/** Puts a network that can't be realised here into `errors`. */
export function compileNetworks(
  networks: ReadonlyMap<ResourceKey, DesiredNetwork>,
  bridgeMappings: ReadonlyMap<string, BridgeMapping>,
  errors: Map<ResourceKey, string>,
): { bridges: Map<string, DesiredBridge>; carriers: Carriers } {
  const bridges = new Map<string, DesiredBridge>();
  const carriers = new Map<string, BridgeMapping>();
  for (const [resource, network] of networks) {
    if (errors.has(resource)) continue;
    const carrier = carrierOf(network, bridgeMappings);
    if (typeof carrier === "string") {
      errors.set(resource, carrier);
      continue;
    }
    carriers.set(network.networkId, carrier);
    if (network.networkType === "flat" || carrier.kind !== "bridge") continue;
    bridges.set(carrier.bridge, {
      resource,
      name: carrier.bridge,
      mtu: network.mtu,
      up: network.adminStateUp,
      tracked: false,
    });
  }
  return { bridges, carriers };
}

/** A carrier, or why there is none. */
function carrierOf(
  network: DesiredNetwork,
  bridgeMappings: ReadonlyMap<string, BridgeMapping>,
): BridgeMapping | string {
  switch (network.networkType) {
    // A vxlan network is a bridge here as a local one is: on one node there is nobody to tunnel to.
    case "vxlan":
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
