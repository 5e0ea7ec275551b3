import { type LogicalNetwork, networksOf, type Router } from "../logical-network/state.ts";
import { overlayMtu } from "./underlay.ts";

/** What a router asks of its node. */
export interface PlacementWish {
  /** That the node must carry, in order. */
  readonly physicalNetworks: readonly string[];
  /** Types of its networks that not every node can carry; none where left out. */
  readonly networkTypes?: readonly string[];
  /** The largest MTU of its VXLAN networks; 0 or left out: it has none. */
  readonly overlayMtu?: number;
  /** The node is in one of these; empty: anywhere. */
  readonly availabilityZoneHints: readonly string[];
  /** Labels that the node must have. */
  readonly nodeSelector: Readonly<Record<string, string>>;
}

/** What a node is said to lack that can't carry networks of the type, which is also the name of the capability. */
export const lackByType: Readonly<Record<string, string>> = {
  vxlan: "takes no part in overlays (no tunnel IP, or no VXLAN in its kernel)",
  vlan: "makes no VLAN devices (no 802.1q in its kernel)",
};

export function wishOf(state: Pick<LogicalNetwork, "networks">, router: Router): PlacementWish {
  const names = networksOf(router).map((networkId) => state.networks.get(networkId)?.physicalNetwork ?? "");
  const physicalNetworks = [...new Set(names)].filter((name) => name !== "").sort();
  const types = networksOf(router).map((networkId) => state.networks.get(networkId)?.networkType ?? "");
  const networkTypes = [...new Set(types)].filter((type) => type in lackByType).sort();
  const largest = Math.max(0, ...networksOf(router).map((networkId) => overlayMtu(state, networkId)));
  const { availabilityZoneHints, nodeSelector } = router;
  return { physicalNetworks, networkTypes, overlayMtu: largest, availabilityZoneHints, nodeSelector };
}
