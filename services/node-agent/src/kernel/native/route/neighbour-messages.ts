import { attribute, readAttributes, u32Attribute } from "../netlink/attributes.ts";
import { type NetlinkAnswer, type NetlinkRequest, requestFlags } from "../netlink/netlink-socket.ts";
import { addressFamily, ipBytes, ipText } from "./ip-bytes.ts";
import { linkRequest, macBytes, macText } from "./link-messages.ts";

/** Neighbours, and what bridges and VXLAN devices forward, over rtnetlink (rtnetlink(7), linux/neighbour.h). */
const RTM_NEWNEIGH = 28;
const RTM_DELNEIGH = 29;
const RTM_GETNEIGH = 30;
const AF_BRIDGE = 7;
const NDA_DST = 1;
const NDA_LLADDR = 2;
const NDA_IFINDEX = 8;
const NUD_NOARP = 0x40;
const NUD_PERMANENT = 0x80;
const NTF_SELF = 0x02;
const NTF_MASTER = 0x04;
const headerBytes = 12;
/** Stands for every destination that is not known. */
const anyMac = "00:00:00:00:00:00";

interface Header {
  readonly index?: number;
  readonly state?: number;
  readonly flags?: number;
}

function header(family: number, { index = 0, state = 0, flags = 0 }: Header): Buffer {
  const bytes = Buffer.alloc(headerBytes);
  bytes.writeUInt8(family, 0);
  bytes.writeInt32LE(index, 4);
  bytes.writeUInt16LE(state, 8);
  bytes.writeUInt8(flags, 10);
  return bytes;
}

const all = (family: number): NetlinkRequest => ({ type: RTM_GETNEIGH, body: header(family, {}) });

export const allNeighbours = (version: 4 | 6): NetlinkRequest => all(addressFamily(version));

/** One device's alone. A kernel that knows no such question answers with all. */
export const neighboursOn = (index: number, version: 4 | 6): NetlinkRequest => {
  const { type, body } = allNeighbours(version);
  return { type, body: Buffer.concat([body, u32Attribute(NDA_IFINDEX, index)]) };
};

/** Of every bridge and of every device that forwards by itself. */
export const allForwarding: NetlinkRequest = all(AF_BRIDGE);

/** What a device forwards, and the bridge that it is a port of forwards through it. Of struct ifinfomsg: by struct ndmsg
 *  kernels take no index here. */
export function forwardingThrough(index: number): NetlinkRequest {
  const { body } = linkRequest(RTM_GETNEIGH, 0, { index }, []);
  body.writeUInt8(AF_BRIDGE, 0);
  return { type: RTM_GETNEIGH, body };
}

const { create, replace, append } = requestFlags;
const macAttribute = (mac: string): Buffer => attribute(NDA_LLADDR, macBytes(mac));
const tunnelAttribute = (tunnelIp: string): Buffer => attribute(NDA_DST, ipBytes(tunnelIp));

/** One more tunnel for what has no known destination; one that stands is left as it is. */
export const newFloodPeer = (index: number, peer: string): NetlinkRequest => ({
  type: RTM_NEWNEIGH,
  flags: create | append,
  body: Buffer.concat([
    header(AF_BRIDGE, { index, state: NUD_PERMANENT, flags: NTF_SELF }),
    macAttribute(anyMac),
    tunnelAttribute(peer),
  ]),
});

export const deleteFloodPeer = (index: number, peer: string): NetlinkRequest => ({
  type: RTM_DELNEIGH,
  body: Buffer.concat([header(AF_BRIDGE, { index, flags: NTF_SELF }), macAttribute(anyMac), tunnelAttribute(peer)]),
});

/** Into which tunnel a VXLAN device sends frames for the MAC address. */
export const setTunnel = (index: number, mac: string, tunnelIp: string): NetlinkRequest => ({
  type: RTM_NEWNEIGH,
  flags: create | replace,
  body: Buffer.concat([
    header(AF_BRIDGE, { index, state: NUD_PERMANENT, flags: NTF_SELF }),
    macAttribute(mac),
    tunnelAttribute(tunnelIp),
  ]),
});

/** Through which port of it a bridge sends them: by the port's index. */
export const setBridgeEntry = (index: number, mac: string): NetlinkRequest => ({
  type: RTM_NEWNEIGH,
  flags: create | replace,
  body: Buffer.concat([header(AF_BRIDGE, { index, state: NUD_NOARP, flags: NTF_MASTER }), macAttribute(mac)]),
});

export const deleteTunnel = (index: number, mac: string): NetlinkRequest => deleteEntry(index, mac, NTF_SELF);
export const deleteBridgeEntry = (index: number, mac: string): NetlinkRequest => deleteEntry(index, mac, NTF_MASTER);

const deleteEntry = (index: number, mac: string, flags: number): NetlinkRequest => ({
  type: RTM_DELNEIGH,
  body: Buffer.concat([header(AF_BRIDGE, { index, flags }), macAttribute(mac)]),
});

export function setNeighbour(index: number, address: string, mac: string): NetlinkRequest {
  const bytes = ipBytes(address);
  const about = header(familyOf(bytes), { index, state: NUD_PERMANENT });
  const body = Buffer.concat([about, attribute(NDA_DST, bytes), macAttribute(mac)]);
  return { type: RTM_NEWNEIGH, flags: create | replace, body };
}

export function deleteNeighbour(index: number, address: string): NetlinkRequest {
  const bytes = ipBytes(address);
  return { type: RTM_DELNEIGH, body: Buffer.concat([header(familyOf(bytes), { index }), attribute(NDA_DST, bytes)]) };
}

const familyOf = ({ length }: Buffer): number => addressFamily(length === 4 ? 4 : 6);

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
