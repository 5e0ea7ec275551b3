import { inNamespace } from "../namespace/enter-namespace.ts";
import { NetlinkSocket, netlinkFamily } from "../netlink/netlink-socket.ts";

/** The sockets of one batch, each opened in its namespace once. An open one keeps its namespace alive. */
export class OpenNamespaces {
  readonly #sockets = new Map<string, NetlinkSocket>();

  /** @throws Error when there is no such namespace. */
  routing(netns: string): NetlinkSocket {
    const open = this.#sockets.get(netns);
    if (open !== undefined) return open;
    const opened = inNamespace(netns, () => new NetlinkSocket(netlinkFamily.route));
    this.#sockets.set(netns, opened);
    return opened;
  }

  leave(netns: string): void {
    this.#sockets.get(netns)?.close();
    this.#sockets.delete(netns);
  }

  close(): void {
    for (const netns of [...this.#sockets.keys()]) this.leave(netns);
  }
}
