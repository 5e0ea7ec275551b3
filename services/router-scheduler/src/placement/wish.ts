import { type LogicalNetwork, networksOf, type Router } from "../logical-network/state.ts";

/** What a router asks of its node. */
export interface PlacementWish {
  /** That the node must carry, in order. */
  readonly physicalNetworks: readonly string[];
  /** The node is in one of these; empty: anywhere. */
  readonly availabilityZoneHints: readonly string[];
  /** Labels that the node must have. */
  readonly nodeSelector: Readonly<Record<string, string>>;
}

export function wishOf(state: Pick<LogicalNetwork, "networks">, router: Router): PlacementWish {
  const names = networksOf(router).map((networkId) => state.networks.get(networkId)?.physicalNetwork ?? "");
  const physicalNetworks = [...new Set(names)].filter((name) => name !== "").sort();
  const { availabilityZoneHints, nodeSelector } = router;
  return { physicalNetworks, availabilityZoneHints, nodeSelector };
}
