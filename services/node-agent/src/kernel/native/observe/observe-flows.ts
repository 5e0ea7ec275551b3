import type { ObservedFlow } from "../../../observed/observed-kernel.ts";
import { allIpv4Connections, readConnection } from "../netfilter/conntrack-messages.ts";
import type { NetlinkSocket } from "../netlink/netlink-socket.ts";

/** The distinct translations among the connections of the socket's namespace. */
export function observeFlows(socket: NetlinkSocket): ObservedFlow[] {
  const flows = new Map<string, ObservedFlow>();
  for (const answer of socket.dump(allIpv4Connections)) {
    const connection = readConnection(answer);
    if (connection === undefined) continue;
    const { source, destination, replySource, replyDestination } = connection;
    const flow = { source, destination, replySource, replyDestination };
    flows.set(Object.values(flow).join(" "), flow);
  }
  return [...flows.values()];
}
