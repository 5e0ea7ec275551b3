import { instanceDevice, networkBridge } from "@rhumbline/net";
import { resourceKey } from "../compile/resource-key.ts";
import type { Compiled } from "../compile/state.ts";
import { isInstancePort, type Port } from "../logical-network/state.ts";
import { missingUnderlayBytes, overlayMtu } from "../placement/underlay.ts";

/** Where a port is. */
export interface PortPlace {
  /** Empty: nowhere. */
  readonly nodeId: string;
  readonly movingToNodeId: string;
  /** Of an instance's port alone. */
  readonly device: string;
  readonly bridge: string;
  readonly networkType: string;
  readonly segmentationId: number;
  readonly physicalNetwork: string;
  readonly mtu: number;
  /** For packets of that MTU between the node and others. */
  readonly missingUnderlayBytes: number;
}

/** A node that has something of the port's network, and what it does with frames for the port. */
export interface Forwarder {
  readonly nodeId: string;
  /** It knows where the port's MAC address is. */
  readonly unicast: boolean;
  /** Frames of unknown destination go to the port's node too. */
  readonly floods: boolean;
  /** For packets of the network's MTU between the node and others. */
  readonly missingUnderlayBytes: number;
}

export function placeOfPort(state: Compiled, portId: string, port: Port): PortPlace {
  const {
    networkType = "",
    physicalNetwork = "",
    segmentationId = 0,
    mtu = 0,
  } = state.networks.get(port.networkId) ?? {};
  const ofInstance = isInstancePort(port);
  const nodeId = ofInstance ? port.nodeId : (state.bindings.get(port.deviceId)?.nodeId ?? "");
  const node = state.nodes.get(nodeId);
  const mapped = node?.bridgeMappings[physicalNetwork] ?? "";
  return {
    nodeId,
    movingToNodeId: port.move?.nodeId ?? "",
    device: ofInstance && nodeId !== "" ? port.device || instanceDevice(portId) : "",
    bridge: networkType === "flat" ? bridgeOnFlat(port, mapped) : networkBridge(port.networkId),
    networkType,
    segmentationId,
    physicalNetwork,
    mtu,
    missingUnderlayBytes: node === undefined ? 0 : missingUnderlayBytes(node, overlayMtu(state, port.networkId)),
  };
}

/** Routers' legs lie on the operator's own bridge, where it is not a bare device, which carries nobody else. */
function bridgeOnFlat(port: Port, mapped: string): string {
  if (mapped === "" || mapped.startsWith("dev:")) return "";
  return isInstancePort(port) ? networkBridge(port.networkId) : mapped;
}

/** What the other nodes are told, as their desired state has it. */
export function forwardersOf(state: Compiled, portId: string, { networkId }: Port, nodeId: string): Forwarder[] {
  const tunnelIp = state.nodes.get(nodeId)?.tunnelIp ?? "";
  const forwarders: Forwarder[] = [];
  for (const [otherId, { entries }] of state.desired) {
    const network = entries.get(resourceKey("network", networkId))?.resource;
    if (otherId === nodeId || network?.$case !== "network") continue;
    const node = state.nodes.get(otherId);
    const known = entries.get(resourceKey("forwarding", portId))?.resource;
    forwarders.push({
      nodeId: otherId,
      unicast: known?.$case === "forwarding" && known.value.tunnelIp === tunnelIp,
      floods: tunnelIp !== "" && network.value.tunnelPeers.includes(tunnelIp),
      missingUnderlayBytes: node === undefined ? 0 : missingUnderlayBytes(node, overlayMtu(state, networkId)),
    });
  }
  return forwarders;
}
