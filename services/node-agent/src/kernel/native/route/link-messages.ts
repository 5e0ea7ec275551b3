import type { ObservedBridgePort, ObservedVlan, ObservedVxlan } from "../../../observed/observed-kernel.ts";
import {
  type Attributes,
  attribute,
  nestedAttribute,
  readAttributes,
  readText,
  readU32,
  textAttribute,
  u8Attribute,
  u16Attribute,
  u32Attribute,
} from "../netlink/attributes.ts";
import type { NetlinkAnswer, NetlinkRequest } from "../netlink/netlink-socket.ts";
import { ipBytes, ipText } from "./ip-bytes.ts";

/** Links over rtnetlink (rtnetlink(7), linux/if_link.h). */
export const RTM_NEWLINK = 16;
export const RTM_DELLINK = 17;
const RTM_GETLINK = 18;
const RTM_SETLINK = 19;
const AF_BRIDGE = 7;

export const link = {
  address: 1,
  name: 3,
  mtu: 4,
  parent: 5,
  master: 10,
  operationalState: 16,
  info: 18,
  alias: 20,
  group: 27,
  namespaceFd: 28,
  sendQueues: 31,
  receiveQueues: 32,
  parentNamespaceId: 37,
} as const;
const linkInfo = { kind: 1, data: 2, portKind: 4, portData: 5 } as const;

const IFF_UP = 1;
const IF_OPER_UP = 6;
const headerBytes = 16;

export interface LinkChange {
  /** 0: the link is named by an attribute. */
  readonly index?: number;
  readonly up?: boolean;
}

/** struct ifinfomsg and the attributes behind it. */
export function linkRequest(
  type: number,
  flags: number,
  { index = 0, up }: LinkChange,
  attributes: readonly Buffer[],
): NetlinkRequest {
  const header = Buffer.alloc(headerBytes);
  header.writeInt32LE(index, 4);
  if (up !== undefined) {
    header.writeUInt32LE(up ? IFF_UP : 0, 8);
    header.writeUInt32LE(IFF_UP, 12);
  }
  return { type, flags, body: Buffer.concat([header, ...attributes]) };
}

const IFLA_EXT_MASK = 29;
/** Without what was counted on it, which nobody asks for and the kernel adds up over all processors. */
const RTEXT_FILTER_SKIP_STATS = 8;
const withoutCounts = u32Attribute(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);

/** Asks for the link with that index, or of that name. */
export const getLink = (of: number | string): NetlinkRequest =>
  typeof of === "number"
    ? linkRequest(RTM_GETLINK, 0, { index: of }, [withoutCounts])
    : linkRequest(RTM_GETLINK, 0, {}, [textAttribute(link.name, of), withoutCounts]);

export const allLinks: NetlinkRequest = linkRequest(RTM_GETLINK, 0, {}, [withoutCounts]);

/** @param bytes six of them. */
export function macText(bytes: Buffer): string {
  const digits = bytes.toString("hex");
  return `${digits.slice(0, 2)}:${digits.slice(2, 4)}:${digits.slice(4, 6)}:${digits.slice(6, 8)}:${digits.slice(8, 10)}:${digits.slice(10)}`;
}

export const macBytes = (mac: string): Buffer => Buffer.from(mac.replaceAll(":", ""), "hex");

export const macAttribute = (mac: string): Buffer => attribute(link.address, macBytes(mac));

/** One queue each way: with the kernel's default, one for each processor, a pair takes three times as long to make. */
export const oneQueue: readonly Buffer[] = [u32Attribute(link.sendQueues, 1), u32Attribute(link.receiveQueues, 1)];

const kindAttribute = (kind: string, ...data: readonly Buffer[]): Buffer =>
  nestedAttribute(
    link.info,
    textAttribute(linkInfo.kind, kind),
    ...(data.length > 0 ? [nestedAttribute(linkInfo.data, ...data)] : []),
  );

const bridge = { forwardDelay: 1, stpState: 5, multicastSnooping: 23, callIptables: 36, callIp6tables: 37 } as const;

/** No spanning tree, no forwarding delay, no multicast snooping. */
export const bridgeAttributes = (): Buffer =>
  kindAttribute(
    "bridge",
    u32Attribute(bridge.stpState, 0),
    u32Attribute(bridge.forwardDelay, 0),
    u8Attribute(bridge.multicastSnooping, 0),
  );

/** Whether bridged packets pass the hooks of IP, and connection tracking with them. */
export const trackingAttributes = (tracked: boolean): Buffer =>
  kindAttribute(
    "bridge",
    u8Attribute(bridge.callIptables, tracked ? 1 : 0),
    u8Attribute(bridge.callIp6tables, tracked ? 1 : 0),
  );

function isTracked(info: Attributes): boolean {
  const data = readAttributes(info.get(linkInfo.data) ?? Buffer.alloc(0));
  return readFlag(data.get(bridge.callIptables)) && readFlag(data.get(bridge.callIp6tables));
}

const VETH_INFO_PEER = 1;

/** The other end of a veth, which is made in the same message. */
export const vethAttributes = (...peer: readonly Buffer[]): Buffer =>
  kindAttribute("veth", nestedAttribute(VETH_INFO_PEER, Buffer.alloc(headerBytes), ...peer));

const MACVLAN_MODE = 1;
const MACVLAN_MODE_BRIDGE = 4;
export const macvlanAttributes = (): Buffer =>
  kindAttribute("macvlan", u32Attribute(MACVLAN_MODE, MACVLAN_MODE_BRIDGE));

const vlan = { id: 1, protocol: 5 } as const;
export const vlanAttributes = (vlanId: number): Buffer => kindAttribute("vlan", u16Attribute(vlan.id, vlanId));

/** EtherTypes, in the network's order -> iproute2's names. */
const vlanProtocols: Readonly<Record<number, string>> = { 33024: "802.1Q", 34984: "802.1ad" };

function readVlan(info: Attributes): NonNullable<KernelLink["vlan"]> {
  const data = readAttributes(info.get(linkInfo.data) ?? Buffer.alloc(0));
  const protocol = data.get(vlan.protocol)?.readUInt16BE(0) ?? 0;
  return {
    id: data.get(vlan.id)?.readUInt16LE(0) ?? 0,
    protocol: vlanProtocols[protocol] ?? `0x${protocol.toString(16)}`,
  };
}

/** A link as the kernel tells of it. */
export interface KernelLink {
  readonly index: number;
  readonly name: string;
  readonly kind: string;
  readonly group: number;
  readonly mac: string;
  readonly mtu: number;
  readonly up: boolean;
  /** Frames go through it by now (RFC 2863, ifOperStatus): some time after it was set up. */
  readonly carries: boolean;
  readonly tracked: boolean;
  readonly masterIndex: number | undefined;
  readonly alias: string;
  /** Of its other end or of what it lies on. */
  readonly parentIndex: number | undefined;
  /** Where that is, if elsewhere. */
  readonly parentNamespaceId: number | undefined;
  readonly vlan?: Omit<ObservedVlan, "parent">;
  readonly vxlan?: ObservedVxlan;
  readonly bridgePort?: ObservedBridgePort;
}

export function readLink({ body }: NetlinkAnswer): KernelLink {
  const attributes = readAttributes(body, headerBytes);
  const info = readAttributes(attributes.get(link.info) ?? Buffer.alloc(0));
  const kind = readText(info.get(linkInfo.kind)) ?? "";
  const hardware = attributes.get(link.address);
  return {
    index: body.readInt32LE(4),
    name: readText(attributes.get(link.name)) ?? "",
    kind,
    group: readU32(attributes.get(link.group)) ?? 0,
    mac: hardware?.length === 6 ? macText(hardware) : "",
    mtu: readU32(attributes.get(link.mtu)) ?? 0,
    up: (body.readUInt32LE(8) & IFF_UP) !== 0,
    carries: attributes.get(link.operationalState)?.readUInt8(0) === IF_OPER_UP,
    tracked: kind === "bridge" && isTracked(info),
    masterIndex: readU32(attributes.get(link.master)),
    alias: readText(attributes.get(link.alias)) ?? "",
    parentIndex: readU32(attributes.get(link.parent)),
    parentNamespaceId: attributes.get(link.parentNamespaceId)?.readInt32LE(0),
    ...(kind === "vlan" && { vlan: readVlan(info) }),
    ...(kind === "vxlan" && readOverlay(info)),
  };
}

const vxlan = { vni: 1, local: 4, learning: 7, port: 15, localIpv6: 17 } as const;
const bridgePort = { learning: 8, neighbourSuppression: 32 } as const;
const IFLA_PROTINFO = 12;

/** A device of the overlay, which learns nothing from what comes through its tunnels.
 *  @param port of UDP. */
export const vxlanAttributes = (vni: number, tunnelIp: string, port: number): Buffer =>
  kindAttribute(
    "vxlan",
    u32Attribute(vxlan.vni, vni),
    localAttribute(tunnelIp),
    u8Attribute(vxlan.learning, 0),
    attribute(vxlan.port, Buffer.from([port >> 8, port & 0xff])),
  );

/** This host's end of its tunnels alone. */
export const tunnelIpAttribute = (tunnelIp: string): Buffer => kindAttribute("vxlan", localAttribute(tunnelIp));

function localAttribute(tunnelIp: string): Buffer {
  const bytes = ipBytes(tunnelIp);
  return attribute(bytes.length === 4 ? vxlan.local : vxlan.localIpv6, bytes);
}

/** The bridge learns nothing from its port, and answers for neighbours that it knows. */
export function quietBridgePort(index: number): NetlinkRequest {
  const settings = [u8Attribute(bridgePort.learning, 0), u8Attribute(bridgePort.neighbourSuppression, 1)];
  const { body, ...request } = linkRequest(RTM_SETLINK, 0, { index }, [nestedAttribute(IFLA_PROTINFO, ...settings)]);
  body.writeUInt8(AF_BRIDGE, 0);
  return { ...request, body };
}

function readOverlay(info: Attributes): Pick<KernelLink, "vxlan" | "bridgePort"> {
  const data = readAttributes(info.get(linkInfo.data) ?? Buffer.alloc(0));
  const local = data.get(vxlan.local) ?? data.get(vxlan.localIpv6);
  const device: ObservedVxlan = {
    vni: readU32(data.get(vxlan.vni)) ?? 0,
    tunnelIp: local === undefined ? "" : ipText(local),
    port: data.get(vxlan.port)?.readUInt16BE(0) ?? 0,
    learning: readFlag(data.get(vxlan.learning)),
  };
  if (readText(info.get(linkInfo.portKind)) !== "bridge") return { vxlan: device };
  const port = readAttributes(info.get(linkInfo.portData) ?? Buffer.alloc(0));
  const learning = readFlag(port.get(bridgePort.learning));
  const neighbourSuppression = readFlag(port.get(bridgePort.neighbourSuppression));
  return { vxlan: device, bridgePort: { learning, neighbourSuppression } };
}

const readFlag = (value: Buffer | undefined): boolean => value?.readUInt8(0) === 1;
