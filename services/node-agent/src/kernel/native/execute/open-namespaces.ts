import type { NetlinkSocket } from "../netlink/netlink-socket.ts";
import { routeSockets } from "../route/route-sockets.ts";
import { findDevice } from "./find-device.ts";

const loopbackIndex = 1;

/** The namespaces that one batch is about. */
export class OpenNamespaces {
  /** Of an operation: several follow each other in one namespace. */
  #last: { readonly netns: string; readonly socket: NetlinkSocket } | undefined;
  /** By namespace and name: of one device a batch has many operations. */
  readonly #indexes = new Map<string, number>();

  /** Good until that of another one is asked for.
   *  @throws Error when there is no such namespace. */
  routing(netns: string): NetlinkSocket {
    if (this.#last?.netns !== netns) this.#last = { netns, socket: routeSockets.in(netns) };
    return this.#last.socket;
  }

  /** By which the kernel knows a device.
   *  @throws Error in iproute2's words when there is none. */
  indexOf(netns: string, device: string): number {
    if (device === "lo") return loopbackIndex;
    const key = `${netns} ${device}`;
    const known = this.#indexes.get(key);
    if (known !== undefined) return known;
    const { index } = findDevice(this.routing(netns), device);
    this.#indexes.set(key, index);
    return index;
  }

  /** The kernel told by which it knows one that was made. */
  toldIndex(netns: string, device: string, index: number): void {
    this.#indexes.set(`${netns} ${device}`, index);
  }

  /** Devices went, and others with them: their names may be others' from here on. */
  forgetDevices(): void {
    this.#indexes.clear();
  }

  /** What is open in it would keep it alive. */
  leave(netns: string): void {
    this.#last = undefined;
    routeSockets.leave(netns);
  }

  /** An answer may still be under way to who asked last. */
  failed(): void {
    if (this.#last !== undefined) this.leave(this.#last.netns);
  }
}
