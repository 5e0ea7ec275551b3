import { flowOf } from "../../../observed/flow.ts";
import type { FlowPorts, ObservedFlow } from "../../../observed/observed-kernel.ts";
import { attribute, readAttributes } from "../netlink/attributes.ts";
import type { NetlinkAnswer, NetlinkRequest } from "../netlink/netlink-socket.ts";
import { AF_INET, ipText } from "../route/ip-bytes.ts";

/** Connections over nfnetlink (linux/netfilter/nfnetlink_conntrack.h). */
const NFNL_SUBSYS_CTNETLINK = 1;
const IPCTNL_MSG_CT_GET = 1;
const IPCTNL_MSG_CT_DELETE = 2;
const CTA_TUPLE_ORIG = 1;
const CTA_TUPLE_REPLY = 2;
const CTA_ID = 12;
const CTA_ZONE = 18;
const CTA_TUPLE_IP = 1;
const CTA_TUPLE_PROTO = 2;
const CTA_PROTO_NUM = 1;
const CTA_PROTO_SRC_PORT = 2;
const CTA_PROTO_DST_PORT = 3;
const IPPROTO_TCP = 6;
const IPPROTO_UDP = 17;
const CTA_IP_V4_SRC = 1;
const CTA_IP_V4_DST = 2;
const nested = 0x8000;
const headerBytes = 4;

export interface KernelConnection {
  readonly flow: ObservedFlow;
  /** The attributes that name it to the kernel. */
  readonly identity: Buffer;
}

export const allIpv4Connections: NetlinkRequest = {
  type: (NFNL_SUBSYS_CTNETLINK << 8) | IPCTNL_MSG_CT_GET,
  body: Buffer.from([AF_INET, 0, 0, 0]),
};

/** Undefined: what the kernel told is no IPv4 connection. */
export function readConnection({ body }: NetlinkAnswer): KernelConnection | undefined {
  const attributes = readAttributes(body, headerBytes);
  const original = attributes.get(CTA_TUPLE_ORIG);
  const there = addressesOf(original);
  const back = addressesOf(attributes.get(CTA_TUPLE_REPLY));
  if (original === undefined || there === undefined || back === undefined) return undefined;
  const naming = [CTA_ID, CTA_ZONE].flatMap((type) => {
    const value = attributes.get(type);
    return value === undefined ? [] : [attribute(type, value)];
  });
  const addresses = {
    source: there.source,
    destination: there.destination,
    replySource: back.source,
    replyDestination: back.destination,
  };
  return {
    flow: flowOf(addresses, portsOf(original, attributes.get(CTA_TUPLE_REPLY))),
    identity: Buffer.concat([attribute(CTA_TUPLE_ORIG | nested, original), ...naming]),
  };
}

export function deleteConnection({ identity }: KernelConnection): NetlinkRequest {
  return {
    type: (NFNL_SUBSYS_CTNETLINK << 8) | IPCTNL_MSG_CT_DELETE,
    body: Buffer.concat([Buffer.from([AF_INET, 0, 0, 0]), identity]),
  };
}

/** Undefined: its protocol has none that are forwarded. */
function portsOf(original: Buffer, reply: Buffer | undefined): FlowPorts | undefined {
  const there = protocolOf(original);
  const protocol = { [IPPROTO_TCP]: "tcp", [IPPROTO_UDP]: "udp" }[there?.get(CTA_PROTO_NUM)?.readUInt8() ?? 0];
  const destinationPort = there?.get(CTA_PROTO_DST_PORT)?.readUInt16BE();
  const replySourcePort = protocolOf(reply)?.get(CTA_PROTO_SRC_PORT)?.readUInt16BE();
  if (destinationPort === undefined || replySourcePort === undefined) return undefined;
  return protocol === "tcp" || protocol === "udp" ? { protocol, destinationPort, replySourcePort } : undefined;
}

function protocolOf(tuple: Buffer | undefined): Map<number, Buffer> | undefined {
  const protocol = tuple && readAttributes(tuple).get(CTA_TUPLE_PROTO);
  return protocol && readAttributes(protocol);
}

function addressesOf(tuple: Buffer | undefined): { source: string; destination: string } | undefined {
  const ip = tuple && readAttributes(tuple).get(CTA_TUPLE_IP);
  const addresses = ip && readAttributes(ip);
  const source = addresses?.get(CTA_IP_V4_SRC);
  const destination = addresses?.get(CTA_IP_V4_DST);
  return source && destination && { source: ipText(source), destination: ipText(destination) };
}
