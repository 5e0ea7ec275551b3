import type { Part } from "../../places.ts";
import { RTM_DELNSID, RTM_NEWNSID, toldNamespaceId } from "../namespace/namespaces.ts";
import { readAttributes, readText, readU32 } from "../netlink/attributes.ts";
import { link, RTM_DELLINK, RTM_NEWLINK } from "../route/link-messages.ts";
import type { KernelEvent } from "./event-socket.ts";

/** What follows from an event. */
export type Heard =
  /** Something was changed there.
   *  @property otherEnd index of a link that its device has on the host, if that is where its other end is.
   *  @property program id of the process whose socket changed it. */
  | {
      readonly in: "namespace";
      readonly parts: readonly Part[];
      readonly otherEnd?: number | undefined;
      readonly program?: number;
    }
  /** @property link what it tells of a link.
   *  @property entriesOf index of a device that forwards otherwise now, or has other neighbours. */
  | {
      readonly in: "host";
      readonly parts: readonly Part[];
      readonly link?: ToldLink;
      readonly entriesOf?: number;
      readonly program?: number;
    }
  /** Namespaces came or went.
   *  @property came id on the host of one that got it.
   *  @property gone id on the host of one that went. */
  | { readonly in: "folder"; readonly came?: number | undefined; readonly gone?: number | undefined }
  | undefined;

export interface ToldLink {
  readonly index: number;
  readonly name: string;
  readonly gone: boolean;
  /** Of its other end or of what it lies on, wherever that is. */
  readonly parentIndex: number | undefined;
}

/** Groups of rtnetlink (linux/rtnetlink.h, enum rtnetlink_groups) and of nfnetlink. */
export const routeGroups = {
  links: 1,
  neighbours: 3,
  ipv4Addresses: 5,
  ipv4Routes: 7,
  ipv6Addresses: 9,
  ipv6Routes: 11,
  ipv4Settings: 24,
  ipv6Settings: 25,
  namespaceIds: 28,
} as const;
export const filterGroups = { newConnections: 1, nftables: 7 } as const;

/** Sysctls whose change the kernel tells, where it is one (RTM_NEWNETCONF). */
export const toldSysctls: ReadonlySet<string> = new Set([
  "net.ipv4.ip_forward",
  "net.ipv4.conf.all.rp_filter",
  "net.ipv4.conf.default.rp_filter",
  "net.ipv6.conf.all.forwarding",
]);

const RTM_NEWNEIGH = 28;
const RTM_DELNEIGH = 29;
const linkHeaderBytes = 16;
const neighbourHeaderBytes = 12;
const AF_BRIDGE = 7;
const NUD_FAILED = 0x20;
const NUD_NOARP = 0x40;
const NUD_PERMANENT = 0x80;
const CTNETLINK = 1;
const NFTABLES = 10;
const devices: readonly Part[] = ["devices"];
const hostRules: readonly Part[] = ["rules"];
const rules: readonly Part[] = ["rules", "connections"];
const connections: readonly Part[] = ["connections"];

/** Links, addresses, routes and settings of every namespace; of the host's own, links alone. */
export function heardOfRouting({ namespaceId, type, body }: KernelEvent): Heard {
  if (type === RTM_NEWNSID || type === RTM_DELNSID)
    return {
      in: "folder",
      ...(namespaceId === undefined && { [type === RTM_DELNSID ? "gone" : "came"]: toldNamespaceId(body) }),
    };
  const isLink = type === RTM_NEWLINK || type === RTM_DELLINK;
  // A link that goes elsewhere tells so where it was, and nobody tells it of its other end.
  if (namespaceId !== undefined)
    return { in: "namespace", parts: devices, otherEnd: isLink ? toldLink(type, body).parentIndex : undefined };
  return isLink ? { in: "host", parts: devices, link: toldLink(type, body) } : undefined;
}

/** Of struct ifinfomsg: a bridge tells that a port left it as if the link were gone, in words of its own family. */
function toldLink(type: number, body: Buffer): ToldLink {
  const attributes = readAttributes(body, linkHeaderBytes);
  return {
    index: body.readInt32LE(4),
    name: readText(attributes.get(link.name)) ?? "",
    gone: type === RTM_DELLINK && body.readUInt8(0) !== AF_BRIDGE,
    // A tunnel's is 0, where it lies on none.
    parentIndex: readU32(attributes.get(link.parent)) || undefined,
  };
}

/** What is put there or taken away; what a bridge or a host learns and forgets is not told. */
export function heardOfNeighbours({ type, body }: KernelEvent): Heard {
  if ((type !== RTM_NEWNEIGH && type !== RTM_DELNEIGH) || body.length < neighbourHeaderBytes) return undefined;
  const [family, state] = [body.readUInt8(0), body.readUInt16LE(8)];
  const lasting = family === AF_BRIDGE ? NUD_NOARP | NUD_PERMANENT : NUD_PERMANENT | NUD_FAILED;
  return (state & lasting) === 0 ? undefined : { in: "host", parts: devices, entriesOf: body.readInt32LE(4) };
}

/** Rules, which in a router are a reason to look at connections as well; and connections that a program put in there: one
 *  that packets made has no sender. The kernel gives a process's first socket the number of the process. */
export function heardOfFiltering({ namespaceId, type, sender }: KernelEvent): Heard {
  const subsystem = type >> 8;
  if (subsystem === NFTABLES)
    return namespaceId === undefined
      ? { in: "host", parts: hostRules, program: sender }
      : { in: "namespace", parts: rules, program: sender };
  const put = subsystem === CTNETLINK && sender !== 0 && namespaceId !== undefined;
  return put ? { in: "namespace", parts: connections } : undefined;
}
