import type { Announce } from "../../../plan/operation.ts";
import { cSendto, systemError } from "../libc.ts";
import { inNamespace } from "../namespace/enter-namespace.ts";
import { NetlinkSocket, netlinkFamily } from "../netlink/netlink-socket.ts";
import { observeAddresses } from "../observe/observe-links.ts";
import { gratuitousArp, unsolicitedAdvertisement } from "../route/announcement-frames.ts";
import { ipBytes } from "../route/ip-bytes.ts";
import type { KernelLink } from "../route/link-messages.ts";
import { findDevice } from "./find-device.ts";
import { PacketSocket } from "./packet-socket.ts";

const AF_PACKET = 17;
const macBytes = 6;

/** What neighbours are told of one device, time and again: by gratuitous ARP requests, or unsolicited neighbour
 *  advertisements. */
export class Announcement {
  readonly #operation: Announce;
  /** Of the namespace as it was when this was said first. */
  #socket: PacketSocket | undefined;

  constructor(operation: Announce) {
    this.#operation = operation;
  }

  /** Says it once, of the MAC address that the device has by now and of those addresses that it still has: one that was taken
   *  away since may be another router's.
   *  @param whether anyhow, or only where frames get as far as the leg's other end.
   *  @returns false: not said, nothing would have come of it yet.
   *  @throws Error when the device is gone. */
  say(whether: "anyhow" | "if heard"): boolean {
    const { netns, device, addresses, through } = this.#operation;
    if (whether === "if heard" && through !== "" && !asked((socket) => findDevice(socket, through)).carries)
      return false;
    return inNamespace(netns, () => {
      const { mac: text, index, carries, standing } = asked((socket) => legNow(socket, device));
      if (whether === "if heard" && !carries) return false;
      const mac = Buffer.from(text.replaceAll(":", ""), "hex");
      const { fd } = this.#opened();
      for (const address of addresses.filter((each) => standing.has(each))) {
        const bytes = ipBytes(address.split("/", 1).join(""));
        send(fd, index, bytes.length === 4 ? gratuitousArp(mac, bytes) : unsolicitedAdvertisement(mac, bytes));
      }
      return true;
    });
  }

  /** Not to be called in a namespace. */
  end(): void {
    this.#socket?.closeSoon();
  }

  #opened(): PacketSocket {
    if (this.#socket?.isOpen !== true) this.#socket = new PacketSocket(this.#operation.netns);
    return this.#socket;
  }
}

function legNow(socket: NetlinkSocket, name: string): KernelLink & { readonly standing: ReadonlySet<string> } {
  const device = findDevice(socket, name);
  return { ...device, standing: new Set(observeAddresses(socket).get(device.index)) };
}

function asked<T>(ask: (socket: NetlinkSocket) => T): T {
  const socket = new NetlinkSocket(netlinkFamily.route);
  try {
    return ask(socket);
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
