import { distinctFlows } from "../../../observed/flow.ts";
import type { ObservedFlow } from "../../../observed/observed-kernel.ts";
import { allIpv4Connections, readConnection } from "../netfilter/conntrack-messages.ts";
import type { NetlinkSocket } from "../netlink/netlink-socket.ts";

/** The distinct translations among the connections of the socket's namespace. */
export function observeFlows(socket: NetlinkSocket): ObservedFlow[] {
  return distinctFlows(socket.dump(allIpv4Connections).flatMap((answer) => readConnection(answer)?.flow ?? []));
}
