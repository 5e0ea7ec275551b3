import { DomainError } from "@rhumbline/event-sourcing";
import type { Call } from "@rhumbline/grpc";
import { NetworkNotExternal } from "../network/errors.ts";
import { isIpv4, subnetsOf } from "../read-model/lookups.ts";
import type { TopologyState } from "../read-model/state.ts";
import { permittedNetwork } from "./access/permitted.ts";
import { findOrCatchUp, type TopologyContext } from "./context.ts";

class NetworkHasNoSubnet extends DomainError {
  readonly kind = "conflict";
  readonly reason = "NETWORK_HAS_NO_SUBNET";

  constructor(networkId: string, version: string) {
    super(`network ${networkId} has no ${version}subnet that could give an address: create one first`, { networkId });
  }
}

/** @param action what the network is to be used for: as the policy names it.
 *  @throws {NotFound} {Forbidden} {NetworkNotExternal} */
export function requireExternal(
  state: TopologyState,
  call: Pick<Call, "caller" | "definition">,
  networkId: string,
  action: "router.external_gateway.network_id" | "floating_ip.floating_network_id",
): void {
  const { network } = permittedNetwork(state, call, networkId, action);
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
