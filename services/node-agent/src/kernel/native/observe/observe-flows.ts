import { distinctFlows } from "../../../observed/flow.ts";
import type { ObservedConnection, ObservedFlow } from "../../../observed/observed-kernel.ts";
import {
  allConnections,
  allIpv4Connections,
  readConnection,
  readZonedConnection,
} from "../netfilter/conntrack-messages.ts";
import { listConnections } from "../netfilter/list-connections.ts";
import type { NetlinkSocket } from "../netlink/netlink-socket.ts";

/** The distinct translations among the connections of the socket's namespace. */
export function observeFlows(socket: NetlinkSocket): ObservedFlow[] {
  return distinctFlows(
    listConnections(socket, allIpv4Connections).flatMap((answer) => readConnection(answer)?.flow ?? []),
  );
}

/** What the socket's namespace tracks in zones. */
export function observeConnections(socket: NetlinkSocket): ObservedConnection[] {
  return listConnections(socket, allConnections).flatMap((answer) => readZonedConnection(answer) ?? []);
}
