import type { Announce } from "../../../plan/operation.ts";
import { cSendto, systemError } from "../libc.ts";
import { inNamespace } from "../namespace/enter-namespace.ts";
import { observeAddresses } from "../observe/observe-links.ts";
import { gratuitousArp, unsolicitedAdvertisement } from "../route/announcement-frames.ts";
import { ipBytes } from "../route/ip-bytes.ts";
import { type KernelLink, macBytes } from "../route/link-messages.ts";
import { routeSockets } from "../route/route-sockets.ts";
import { findDevice } from "./find-device.ts";
import { PacketSocket } from "./packet-socket.ts";

const AF_PACKET = 17;
const macLength = 6;

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
    if (when !== "anyhow" && through !== "" && !found("", through).carries) return false;
    const leg = found(netns, device);
    if (when !== "anyhow" && !leg.carries) return false;
    const mac = macBytes(leg.mac);
    const { fd } = this.#opened();
    // They may be among a thousand, of which nobody took any away yet.
    const said = when === "at once" ? addresses : stillStanding(addresses, netns, leg.index);
    for (const address of said) {
      const bytes = ipBytes(address.split("/", 1).join(""));
      send(fd, leg.index, bytes.length === 4 ? gratuitousArp(mac, bytes) : unsolicitedAdvertisement(mac, bytes));
    }
    return true;
  }

  /** Not to be called in a namespace. */
  end(): void {
    this.#socket?.closeSoon();
  }

  #opened(): PacketSocket {
    const { netns } = this.#operation;
    if (this.#socket?.isOpen !== true) this.#socket = inNamespace(netns, () => new PacketSocket(netns));
    return this.#socket;
  }
}

const found = (netns: string, device: string): KernelLink =>
  routeSockets.use(netns, (socket) => findDevice(socket, device));

function stillStanding(addresses: readonly string[], netns: string, index: number): string[] {
  const standing = new Set(routeSockets.use(netns, observeAddresses).get(index));
  return addresses.filter((address) => standing.has(address));
}

/** By struct sockaddr_ll (packet(7)). */
function send(socket: number, index: number, frame: Buffer): void {
  const address = Buffer.alloc(20);
  address.writeUInt16LE(AF_PACKET, 0);
  // Protocol and destination as in the frame itself.
  frame.copy(address, 2, 2 * macLength, 2 * macLength + 2);
  address.writeInt32LE(index, 4);
  address.writeUInt8(macLength, 11);
  frame.copy(address, 12, 0, macLength);
  if (cSendto(socket, frame, frame.length, 0, address, address.length) < 0) throw systemError("sendto");
}
