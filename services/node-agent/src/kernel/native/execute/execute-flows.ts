import { isTranslatedSo } from "../../../observed/flow.ts";
import type { DeleteConnections, DeleteFlows, MarkConnections } from "../../../plan/operation.ts";
import {
  allConnections,
  allIpv4Connections,
  deleteConnection,
  type KernelConnection,
  markConnection,
  readConnection,
} from "../netfilter/conntrack-messages.ts";
import { listConnections } from "../netfilter/list-connections.ts";
import { netfilterSockets } from "../netfilter/netfilter-sockets.ts";
import type { NetlinkRequest, NetlinkSocket } from "../netlink/netlink-socket.ts";

const ENOENT = 2;

export function deleteFlows({ netns, translation }: DeleteFlows): void {
  netfilterSockets.use(netns, (socket) => {
    const revoked = connections(socket, allIpv4Connections).filter(({ flow }) => isTranslatedSo(flow, translation));
    orderAll(socket, revoked.map(deleteConnection));
  });
}

export function deleteConnections({ netns, zone }: DeleteConnections): void {
  netfilterSockets.use(netns, (socket) => {
    const inZone = connections(socket, allConnections).filter((connection) => connection.zone === zone);
    orderAll(socket, inZone.map(deleteConnection));
  });
}

export function markConnections({ netns, connections: marked, mark }: MarkConnections): void {
  const marking = marked.map((connection) => markConnection(connection, mark));
  netfilterSockets.use(netns, (socket) => orderAll(socket, marking));
}

const connections = (socket: NetlinkSocket, which: NetlinkRequest): KernelConnection[] =>
  listConnections(socket, which).flatMap((answer) => readConnection(answer) ?? []);

/** As many as an acknowledgement each surely fits the socket's memory for. */
const atOnce = 1_000;

/** One that ended by itself meanwhile is as good as done.
 *  @throws {NetlinkRefusal} */
function orderAll(socket: NetlinkSocket, requests: readonly NetlinkRequest[]): void {
  for (let from = 0; from < requests.length; from += atOnce) {
    for (const refusal of socket.run(requests.slice(from, from + atOnce))) {
      if (refusal !== undefined && refusal.errno !== ENOENT) throw refusal;
    }
  }
}
