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
  const networkIds = networksOf(router);
  const networks = networkIds.flatMap((networkId) => state.networks.get(networkId) ?? []);
  const physicalNetworks = inOrder(
    networks.map(({ physicalNetwork }) => physicalNetwork).filter((name) => name !== ""),
  );
  const networkTypes = inOrder(networks.map(({ networkType }) => networkType).filter((type) => type in lackByType));
  const largest = Math.max(0, ...networkIds.map((networkId) => overlayMtu(state, networkId)));
  const { availabilityZoneHints, nodeSelector } = router;
  return { physicalNetworks, networkTypes, overlayMtu: largest, availabilityZoneHints, nodeSelector };
}

/** Each once. Mostly there is none or one, and it is asked of each router that something happened to. */
const inOrder = (names: readonly string[]): readonly string[] =>
  names.length < 2 ? names : [...new Set(names)].sort();
