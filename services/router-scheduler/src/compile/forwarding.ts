import { membersOf } from "../logical-network/membership.ts";
import { isInstancePort, type Port, portIdsOf } from "../logical-network/state.ts";
import type { Compiled, Resource } from "./state.ts";

/** Where frames to a port of a VXLAN network go, for a node that the network is on; undefined: the port is there itself, or
 *  nowhere, or one of the two takes no part in overlays. */
export function wantedForwarding(state: Compiled, nodeId: string, portId: string): Resource | undefined {
  const port = state.ports.get(portId);
  if (port === undefined || !isOverlay(state, port.networkId)) return undefined;
  const at = nodeOfPort(state, portId, port);
  const tunnelIp = tunnelIpOf(state, at);
  if (at === nodeId || tunnelIp === "" || tunnelIpOf(state, nodeId) === "") return undefined;
  if (state.usersByNetwork.get(port.networkId)?.has(nodeId) !== true) return undefined;
  const { networkId, macAddress, ipAddresses, dnsName } = port;
  return { $case: "forwarding", value: { portId, networkId, macAddress, ipAddresses, tunnelIp, dnsName } };
}

/** Tunnel addresses of the other nodes that the network is on, in order. */
export function tunnelPeersOf(state: Compiled, networkId: string, nodeId: string): string[] {
  if (!isOverlay(state, networkId) || tunnelIpOf(state, nodeId) === "") return [];
  return nodesOfNetwork(state, networkId)
    .filter((peer) => peer !== nodeId)
    .map((peer) => tunnelIpOf(state, peer))
    .filter((tunnelIp) => tunnelIp !== "")
    .sort();
}

/** The node that a port's frames go to: an instance's own, or that which answers for its router. Empty: none. */
function nodeOfPort(state: Compiled, portId: string, port: Port): string {
  if (isInstancePort(port)) return port.nodeId;
  const router = state.routers.get(port.deviceId);
  return router !== undefined && portIdsOf(router).includes(portId)
    ? (state.bindings.get(port.deviceId)?.nodeId ?? "")
    : "";
}

/** Those where a router or an instance's port of the network is. */
export const nodesOfNetwork = ({ usersByNetwork }: Pick<Compiled, "usersByNetwork">, networkId: string): string[] =>
  [...(usersByNetwork.get(networkId)?.entries() ?? [])].map(([nodeId]) => nodeId);

/** Ports of the network that others may have to send frames to. */
export const portsOfOverlay = (state: Compiled, networkId: string): string[] =>
  isOverlay(state, networkId) ? membersOf(state.portsByNetwork, networkId) : [];

export const isOverlay = ({ networks }: Pick<Compiled, "networks">, networkId: string): boolean =>
  networks.get(networkId)?.networkType === "vxlan";

const tunnelIpOf = ({ nodes }: Pick<Compiled, "nodes">, nodeId: string): string => nodes.get(nodeId)?.tunnelIp ?? "";
