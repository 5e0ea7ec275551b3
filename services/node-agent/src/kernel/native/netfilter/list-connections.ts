import type { NetlinkAnswer, NetlinkRequest, NetlinkSocket } from "../netlink/netlink-socket.ts";
import { connectionStatistics, readConnectionCount } from "./conntrack-messages.ts";

/** What the socket's namespace tracks. The kernel has one table for all namespaces, and goes through the whole of it for
 *  a list of any, in milliseconds: it is asked first whether there is anything to list. */
export function listConnections(socket: NetlinkSocket, which: NetlinkRequest): NetlinkAnswer[] {
  const statistics = socket.get(connectionStatistics);
  return statistics !== undefined && readConnectionCount(statistics) === 0 ? [] : socket.dump(which);
}
