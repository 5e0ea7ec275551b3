import { existsSync } from "node:fs";
import { attribute, u8Attribute } from "../netlink/attributes.ts";
import { NetlinkSocket, netlinkFamily } from "../netlink/netlink-socket.ts";
import { AF_INET } from "../route/ip-bytes.ts";

/** linux/netfilter/ipset/ip_set.h. */
const NFNL_SUBSYS_IPSET = 6;
const IPSET_CMD_LIST = 7;
const IPSET_ATTR_PROTOCOL = 1;
const IPSET_ATTR_FLAGS = 6;
const protocolVersion = 6;
const inNetworkOrder = 1 << 14;
/** IPSET_FLAG_LIST_HEADER: without the elements. */
const headersOnly = Buffer.from([0, 0, 0, 4]);

const allHeaders = {
  type: (NFNL_SUBSYS_IPSET << 8) | IPSET_CMD_LIST,
  body: Buffer.concat([
    Buffer.from([AF_INET, 0, 0, 0]),
    u8Attribute(IPSET_ATTR_PROTOCOL, protocolVersion),
    attribute(IPSET_ATTR_FLAGS | inNetworkOrder, headersOnly),
  ]),
};

/** Our sets of ipset, of which the kernel tells nothing by itself. */
export class WatchedSets {
  readonly #socket = new NetlinkSocket(netlinkFamily.netfilter);
  #said = this.#now();

  /** Whether one came or went, or has another number of elements, since this was asked last. */
  changed(): boolean {
    const before = this.#said;
    this.#said = this.#now();
    return before !== this.#said;
  }

  close(): void {
    this.#socket.close();
  }

  /** Asking would load the kernel's module where there is none. */
  #now(): string {
    if (!existsSync("/sys/module/ip_set")) return "";
    const headers = this.#socket.dump(allHeaders).map(({ body }) => body.toString("latin1"));
    return headers.filter((header) => header.includes("rhumbline-")).join();
  }
}
