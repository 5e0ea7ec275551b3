import { isTranslatedSo } from "../../../observed/flow.ts";
import type { DeleteConnections, DeleteFlows, MarkConnections } from "../../../plan/operation.ts";
import { inNamespace } from "../namespace/enter-namespace.ts";
import {
  allConnections,
  allIpv4Connections,
  deleteConnection,
  type KernelConnection,
  markConnection,
  readConnection,
} from "../netfilter/conntrack-messages.ts";
import { type NetlinkRequest, NetlinkSocket, netlinkFamily } from "../netlink/netlink-socket.ts";

const ENOENT = 2;

export function deleteFlows({ netns, translation }: DeleteFlows): void {
  tracking(netns, (socket) => {
    const revoked = connections(socket, allIpv4Connections).filter(({ flow }) => isTranslatedSo(flow, translation));
    orderAll(socket, revoked.map(deleteConnection));
  });
}

export function deleteConnections({ netns, zone }: DeleteConnections): void {
  tracking(netns, (socket) => {
    const inZone = connections(socket, allConnections).filter((connection) => connection.zone === zone);
    orderAll(socket, inZone.map(deleteConnection));
  });
}

export function markConnections({ netns, connections: marked, mark }: MarkConnections): void {
  tracking(netns, (socket) =>
    orderAll(
      socket,
      marked.map((connection) => markConnection(connection, mark)),
    ),
  );
}

function tracking(netns: string, work: (socket: NetlinkSocket) => void): void {
  const socket = inNamespace(netns, () => new NetlinkSocket(netlinkFamily.netfilter));
  try {
    work(socket);
  } finally {
    socket.close();
  }
}

const connections = (socket: NetlinkSocket, which: NetlinkRequest): KernelConnection[] =>
  socket.dump(which).flatMap((answer) => readConnection(answer) ?? []);

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
