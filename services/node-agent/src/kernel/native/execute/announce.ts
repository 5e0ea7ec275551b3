import type { Announce } from "../../../plan/operation.ts";
import { cSendto, systemError } from "../libc.ts";
import { inNamespace } from "../namespace/enter-namespace.ts";
import { NetlinkSocket, netlinkFamily } from "../netlink/netlink-socket.ts";
import { observeAddresses } from "../observe/observe-links.ts";
import { gratuitousArp, unsolicitedAdvertisement } from "../route/announcement-frames.ts";
import { ipBytes } from "../route/ip-bytes.ts";
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
   *  @param when at once after they were given, or later, only where frames get as far as the leg's other end; or anyhow.
   *  @returns false: not said, nothing would have come of it yet.
   *  @throws Error when the device is gone. */
  say(when: "at once" | "if heard" | "anyhow"): boolean {
    const { netns, device, addresses, through } = this.#operation;
    if (when !== "anyhow" && through !== "" && !asked((socket) => findDevice(socket, through)).carries) return false;
    return inNamespace(netns, () => {
      const leg = asked((socket) => findDevice(socket, device));
      if (when !== "anyhow" && !leg.carries) return false;
      const mac = Buffer.from(leg.mac.replaceAll(":", ""), "hex");
      const { fd } = this.#opened();
      // They may be among a thousand, of which nobody took any away yet.
      const said = when === "at once" ? addresses : stillStanding(addresses, leg.index);
      for (const address of said) {
        const bytes = ipBytes(address.split("/", 1).join(""));
        send(fd, leg.index, bytes.length === 4 ? gratuitousArp(mac, bytes) : unsolicitedAdvertisement(mac, bytes));
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

function stillStanding(addresses: readonly string[], index: number): string[] {
  const standing = new Set(asked(observeAddresses).get(index));
  return addresses.filter((address) => standing.has(address));
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
