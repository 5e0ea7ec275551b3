import { vxlanOverhead } from "@rhumbline/net";
import type { Compiled } from "../compile/state.ts";
import type { LogicalNetwork } from "../logical-network/state.ts";
import type { NodeAttributes } from "../node/state.ts";

/** How many bytes the network between the nodes lacks at this node for packets of that size: large ones are lost on their way, and
 *  nobody is told. 0: none, or the node does not know what it has.
 *  @param overlayMtu of the VXLAN networks concerned, the largest; 0: there is none. */
export function missingUnderlayBytes(
  { underlayMtu, tunnelIp }: Pick<NodeAttributes, "underlayMtu" | "tunnelIp">,
  overlayMtu: number,
): number {
  if (underlayMtu === 0 || overlayMtu === 0) return 0;
  return Math.max(0, overlayMtu + vxlanOverhead(tunnelIp.includes(":") ? 6 : 4) - underlayMtu);
}

/** The MTU of a network that travels between the nodes; 0: it does not. */
export function overlayMtu({ networks }: Pick<LogicalNetwork, "networks">, networkId: string): number {
  const network = networks.get(networkId);
  return network?.networkType === "vxlan" ? network.mtu : 0;
}

/** The largest MTU of the VXLAN networks that are on each node; none: it has no such network. */
export function overlayMtuByNode(state: Pick<Compiled, "networks" | "usersByNetwork">): Map<string, number> {
  const largest = new Map<string, number>();
  for (const [networkId, users] of state.usersByNetwork) {
    const mtu = overlayMtu(state, networkId);
    if (mtu === 0) continue;
    for (const [nodeId] of users.entries()) largest.set(nodeId, Math.max(largest.get(nodeId) ?? 0, mtu));
  }
  return largest;
}
