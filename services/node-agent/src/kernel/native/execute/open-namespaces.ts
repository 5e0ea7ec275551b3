import { inNamespace } from "../namespace/enter-namespace.ts";
import { NetlinkSocket, netlinkFamily } from "../netlink/netlink-socket.ts";
import { findDevice } from "./find-device.ts";

/** The sockets of one batch, each opened in its namespace once. An open one keeps its namespace alive. */
export class OpenNamespaces {
  readonly #sockets = new Map<string, NetlinkSocket>();
  /** By namespace and name: of one device a batch has many operations. */
  readonly #indexes = new Map<string, number>();

  /** @throws Error when there is no such namespace. */
  routing(netns: string): NetlinkSocket {
    const open = this.#sockets.get(netns);
    if (open !== undefined) return open;
    const opened = inNamespace(netns, () => new NetlinkSocket(netlinkFamily.route));
    this.#sockets.set(netns, opened);
    return opened;
  }

  /** By which the kernel knows a device.
   *  @throws Error in iproute2's words when there is none. */
  indexOf(netns: string, device: string): number {
    const key = `${netns} ${device}`;
    const known = this.#indexes.get(key);
    if (known !== undefined) return known;
    const { index } = findDevice(this.routing(netns), device);
    this.#indexes.set(key, index);
    return index;
  }

  /** Devices went, and others with them: their names may be others' from here on. */
  forgetDevices(): void {
    this.#indexes.clear();
  }

  leave(netns: string): void {
    this.#sockets.get(netns)?.close();
    this.#sockets.delete(netns);
  }

  close(): void {
    for (const netns of [...this.#sockets.keys()]) this.leave(netns);
  }
}
