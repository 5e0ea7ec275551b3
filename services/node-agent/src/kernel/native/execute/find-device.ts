import { NetlinkRefusal, type NetlinkSocket } from "../netlink/netlink-socket.ts";
import { getLink, type KernelLink, readLink } from "../route/link-messages.ts";

const ENODEV = 19;

/** The device of that name in the socket's namespace.
 *  @throws Error in iproute2's words when there is none. */
export function findDevice(socket: NetlinkSocket, name: string): KernelLink {
  try {
    const answer = socket.get(getLink(name));
    if (answer !== undefined) return readLink(answer);
  } catch (error) {
    if (!(error instanceof NetlinkRefusal) || error.errno !== ENODEV) throw error;
  }
  throw new Error(`Device "${name}" does not exist.`);
}
