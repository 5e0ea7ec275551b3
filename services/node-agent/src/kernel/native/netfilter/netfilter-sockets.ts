import { KeptInNamespaces } from "../namespace/kept-in-namespaces.ts";
import { NetlinkSocket, netlinkFamily } from "../netlink/netlink-socket.ts";

/** To ask a namespace's netfilter. */
export const netfilterSockets = new KeptInNamespaces(
  () => new NetlinkSocket(netlinkFamily.netfilter),
  (socket) => socket.close(),
);
