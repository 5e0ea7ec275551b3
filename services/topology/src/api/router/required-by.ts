import { floatingIpsThrough } from "../../read-model/lookups.ts";
import { portForwardingsThrough } from "../../read-model/port-forwardings.ts";
import type { TopologyState } from "../../read-model/state.ts";
import type { RequiredBy } from "../../router/commands.ts";

/** What the router translates; with subnets, to fixed IPs in them. */
export function requiredByOf(state: TopologyState, routerId: string, subnetIds?: readonly string[]): RequiredBy {
  const through = subnetIds ?? [undefined];
  return {
    floatingIpIds: through.flatMap((subnetId) => floatingIpsThrough(state, routerId, subnetId)),
    portForwardingIds: through.flatMap((subnetId) => portForwardingsThrough(state, routerId, subnetId)),
  };
}
