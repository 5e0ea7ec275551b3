import { KeptInNamespaces } from "../namespace/kept-in-namespaces.ts";
import { NetlinkSocket, netlinkFamily } from "../netlink/netlink-socket.ts";

/** To order devices, addresses and routes in a namespace, or ask for them. */
export const routeSockets = new KeptInNamespaces(
  () => new NetlinkSocket(netlinkFamily.route),
  (socket) => socket.close(),
);
