import type { Announce } from "../../../plan/operation.ts";
import { cClose, cCloseElsewhere, cSendto, cSocket, systemError } from "../libc.ts";
import { inNamespace } from "../namespace/enter-namespace.ts";
import { NetlinkSocket, netlinkFamily } from "../netlink/netlink-socket.ts";
import { gratuitousArp, unsolicitedAdvertisement } from "../route/announcement-frames.ts";
import { ipBytes } from "../route/ip-bytes.ts";
import type { KernelLink } from "../route/link-messages.ts";
import { findDevice } from "./find-device.ts";

const AF_PACKET = 17;
const SOCK_RAW_CLOEXEC = 3 | 0x80000;
const macBytes = 6;

/** Tells the neighbours of each address once: by a gratuitous ARP request, or an unsolicited neighbour advertisement.
 *  @throws Error when the device is gone. */
export function announce({ netns, device, addresses }: Announce): void {
  let socket = -1;
  try {
    inNamespace(netns, () => {
      const found = deviceHere(device);
      const mac = Buffer.from(found.mac.replaceAll(":", ""), "hex");
      socket = cSocket(AF_PACKET, SOCK_RAW_CLOEXEC, 0);
      if (socket < 0) throw systemError("socket");
      for (const address of addresses) {
        const bytes = ipBytes(address.split("/", 1).join(""));
        send(
          socket,
          found.index,
          bytes.length === 4 ? gratuitousArp(mac, bytes) : unsolicitedAdvertisement(mac, bytes),
        );
      }
    });
  } finally {
    // Only here, outside of the namespace: the other thread may be born by this.
    if (socket >= 0) closeSoon(socket);
  }
}

let closing = 0;
/** The others of the pool's four threads are the ear's and the disk's. And sockets must not pile up: libnftables waits by
 *  select(2), which knows file numbers below 1,024 alone. */
const mostClosing = 2;

/** The kernel has whoever closes such a socket wait until no processor can be at work with it: 10 ms and more. */
function closeSoon(socket: number): void {
  if (closing >= mostClosing) {
    cClose(socket);
    return;
  }
  closing += 1;
  cCloseElsewhere(socket, () => {
    closing -= 1;
  });
}

function deviceHere(name: string): KernelLink {
  const socket = new NetlinkSocket(netlinkFamily.route);
  try {
    return findDevice(socket, name);
  } finally {
    socket.close();
  }
}

/** By struct sockaddr_ll (packet(7)). */
function send(socket: number, index: number, frame: Buffer): void {
  const address = Buffer.alloc(20);
  address.writeUInt16LE(AF_PACKET, 0);
  // Protocol and destination as in the frame itself.
  frame.copy(address, 2, 2 * macBytes, 2 * macBytes + 2);
  address.writeInt32LE(index, 4);
  address.writeUInt8(macBytes, 11);
  frame.copy(address, 12, 0, macBytes);
  if (cSendto(socket, frame, frame.length, 0, address, address.length) < 0) throw systemError("sendto");
}
