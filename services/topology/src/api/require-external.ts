import { DomainError } from "@rhumbline/event-sourcing";
import { NetworkNotExternal } from "../network/errors.ts";
import { isIpv4, subnetsOf } from "../read-model/lookups.ts";
import { networks, type TopologyState } from "../read-model/state.ts";
import { findOrCatchUp, type TopologyContext } from "./context.ts";
import { requireActive } from "./request-fields.ts";

class NetworkHasNoSubnet extends DomainError {
  readonly kind = "conflict";
  readonly reason = "NETWORK_HAS_NO_SUBNET";

  constructor(networkId: string, version: string) {
    super(`network ${networkId} has no ${version}subnet that could give an address: create one first`, { networkId });
  }
}

/** @throws {NotFound} {NetworkNotExternal} */
export function requireExternal(state: TopologyState, networkId: string): void {
  const { network } = requireActive("network", networkId, networks.select(state, networkId));
  if (!network.external) throw new NetworkNotExternal(networkId);
}

/** @throws {NetworkHasNoSubnet} */
export async function requireSubnets(
  context: Pick<TopologyContext, "fold" | "follower">,
  networkId: string,
  version: "IPv4" | "any",
): Promise<string[]> {
  const ids = await findOrCatchUp(context, (state) => {
    const fitting = subnetsOf(state, networkId).filter((subnet) => version === "any" || isIpv4(subnet));
    return fitting.length > 0 ? fitting.map(({ id }) => id) : undefined;
  });
  if (ids === undefined) throw new NetworkHasNoSubnet(networkId, version === "any" ? "" : `${version} `);
  return ids;
}
