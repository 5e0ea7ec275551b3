import type { Announce } from "../../../plan/operation.ts";
import { inNamespace } from "../namespace/enter-namespace.ts";
import { observeAddresses } from "../observe/observe-links.ts";
import { gratuitousArp, unsolicitedAdvertisement } from "../route/announcement-frames.ts";
import { ipBytes } from "../route/ip-bytes.ts";
import { type KernelLink, macBytes } from "../route/link-messages.ts";
import { routeSockets } from "../route/route-sockets.ts";
import { findDevice } from "./find-device.ts";
import { PacketSocket } from "./packet-socket.ts";

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
   *  @param failed told why something could not be sent.
   *  @returns false: not said, nothing would have come of it yet.
   *  @throws Error when the device is gone. */
  say(when: "at once" | "if heard" | "anyhow", failed: (error: Error) => void): boolean {
    const { netns, device, addresses, through } = this.#operation;
    if (when !== "anyhow" && through !== "" && !found("", through).carries) return false;
    const leg = found(netns, device);
    if (when !== "anyhow" && !leg.carries) return false;
    const mac = macBytes(leg.mac);
    const socket = this.#opened();
    // They may be among a thousand, of which nobody took any away yet.
    const said = when === "at once" ? addresses : stillStanding(addresses, netns, leg.index);
    for (const address of said) {
      const bytes = ipBytes(address.split("/", 1).join(""));
      const frame = bytes.length === 4 ? gratuitousArp(mac, bytes) : unsolicitedAdvertisement(mac, bytes);
      socket.send(leg.index, frame, failed);
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
