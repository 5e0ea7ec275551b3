import { textAttribute } from "../netlink/attributes.ts";
import { NetlinkRefusal, type NetlinkSocket } from "../netlink/netlink-socket.ts";
import { link, linkRequest, RTM_GETLINK, readLink } from "../route/link-messages.ts";

const ENODEV = 19;

/** @throws Error in iproute2's words when there is no such device. */
export function deviceIndex(socket: NetlinkSocket, name: string): number {
  try {
    const answer = socket.get(linkRequest(RTM_GETLINK, 0, {}, [textAttribute(link.name, name)]));
    if (answer !== undefined) return readLink(answer).index;
  } catch (error) {
    if (!(error instanceof NetlinkRefusal) || error.errno !== ENODEV) throw error;
  }
  throw new Error(`Device "${name}" does not exist.`);
}
