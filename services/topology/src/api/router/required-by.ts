import { floatingIpsThrough } from "../../read-model/lookups.ts";
import { portForwardingsThrough } from "../../read-model/port-forwardings.ts";
import type { TopologyState } from "../../read-model/state.ts";
import type { RequiredBy } from "../../router/commands.ts";

/** What the router translates; with a subnet, to fixed IPs in it. */
export const requiredByOf = (state: TopologyState, routerId: string, subnetId?: string): RequiredBy => ({
  floatingIpIds: floatingIpsThrough(state, routerId, subnetId),
  portForwardingIds: portForwardingsThrough(state, routerId, subnetId),
});
