import { isTranslatedSo } from "../../../observed/flow.ts";
import type { DeleteFlows } from "../../../plan/operation.ts";
import { inNamespace } from "../namespace/enter-namespace.ts";
import { allIpv4Connections, deleteConnection, readConnection } from "../netfilter/conntrack-messages.ts";
import { NetlinkSocket, netlinkFamily } from "../netlink/netlink-socket.ts";

const ENOENT = 2;

export function deleteFlows({ netns, translation }: DeleteFlows): void {
  const socket = inNamespace(netns, () => new NetlinkSocket(netlinkFamily.netfilter));
  try {
    const connections = socket.dump(allIpv4Connections).flatMap((answer) => readConnection(answer) ?? []);
    const revoked = connections.filter((connection) => isTranslatedSo(connection.flow, translation));
    for (const refusal of socket.run(revoked.map(deleteConnection))) {
      // One that ended by itself meanwhile is as good.
      if (refusal !== undefined && refusal.errno !== ENOENT) throw refusal;
    }
  } finally {
    socket.close();
  }
}
