import { readAttributes } from "../netlink/attributes.ts";
import type { NetlinkAnswer, NetlinkRequest } from "../netlink/netlink-socket.ts";
import { addressFamily, ipText } from "./ip-bytes.ts";
import { macText } from "./link-messages.ts";

/** Neighbours, and what bridges and VXLAN devices forward, over rtnetlink (rtnetlink(7), linux/neighbour.h). */
const RTM_GETNEIGH = 30;
const AF_BRIDGE = 7;
const NDA_DST = 1;
const NDA_LLADDR = 2;
const NUD_NOARP = 0x40;
const NUD_PERMANENT = 0x80;
const NTF_SELF = 0x02;
const headerBytes = 12;

const all = (family: number): NetlinkRequest => {
  const body = Buffer.alloc(headerBytes);
  body.writeUInt8(family, 0);
  return { type: RTM_GETNEIGH, body };
};

export const allNeighbours = (version: 4 | 6): NetlinkRequest => all(addressFamily(version));

/** Of every bridge and of every device that forwards by itself. */
export const allForwarding: NetlinkRequest = all(AF_BRIDGE);

export interface KernelNeighbour {
  readonly index: number;
  readonly mac: string;
  /** A neighbour's address, or the tunnel's other end. */
  readonly address: string | undefined;
  readonly permanent: boolean;
  readonly isStatic: boolean;
  /** Of the device itself, not of the bridge that it is a port of. */
  readonly self: boolean;
}

export function readNeighbour({ body }: NetlinkAnswer): KernelNeighbour {
  const attributes = readAttributes(body, headerBytes);
  const address = attributes.get(NDA_DST);
  const mac = attributes.get(NDA_LLADDR);
  const state = body.readUInt16LE(8);
  return {
    index: body.readInt32LE(4),
    mac: mac?.length === 6 ? macText(mac) : "",
    address: address && ipText(address),
    permanent: (state & NUD_PERMANENT) !== 0,
    isStatic: (state & NUD_NOARP) !== 0,
    self: (body.readUInt8(10) & NTF_SELF) !== 0,
  };
}
