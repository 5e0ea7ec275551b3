import { flowOf } from "../../../observed/flow.ts";
import type { FlowPorts, ObservedConnection, ObservedFlow } from "../../../observed/observed-kernel.ts";
import { type Attributes, attribute, readAttributes } from "../netlink/attributes.ts";
import type { NetlinkAnswer, NetlinkRequest } from "../netlink/netlink-socket.ts";
import { AF_INET, addressFamily } from "../route/ip-bytes.ts";
import { readTuple, type Tuple, tupleAttribute, u16 } from "./conntrack-tuple.ts";

/** Connections over nfnetlink (linux/netfilter/nfnetlink_conntrack.h). */
const NFNL_SUBSYS_CTNETLINK = 1;
const IPCTNL_MSG_CT_NEW = 0;
const IPCTNL_MSG_CT_GET = 1;
const IPCTNL_MSG_CT_DELETE = 2;
const IPCTNL_MSG_CT_GET_STATS = 5;
const CTA_STATS_GLOBAL_ENTRIES = 1;
const CTA_TUPLE_ORIG = 1;
const CTA_TUPLE_REPLY = 2;
const CTA_MARK = 8;
const CTA_ID = 12;
const CTA_ZONE = 18;
const AF_UNSPEC = 0;
const nested = 0x8000;
const headerBytes = 4;
const protocolNames: Readonly<Record<number, FlowPorts["protocol"]>> = { 6: "tcp", 17: "udp" };

const request = (message: number, ...parts: readonly Buffer[]): NetlinkRequest => ({
  type: (NFNL_SUBSYS_CTNETLINK << 8) | message,
  body: Buffer.concat(parts),
});

const header = (family: number): Buffer => Buffer.from([family, 0, 0, 0]);

export const allIpv4Connections = request(IPCTNL_MSG_CT_GET, header(AF_INET));
export const allConnections = request(IPCTNL_MSG_CT_GET, header(AF_UNSPEC));

/** To be answered with how many there are. */
export const connectionStatistics = request(IPCTNL_MSG_CT_GET_STATS, header(AF_UNSPEC));

export const readConnectionCount = ({ body }: NetlinkAnswer): number =>
  readAttributes(body, headerBytes).get(CTA_STATS_GLOBAL_ENTRIES)?.readUInt32BE() ?? 0;

export interface KernelConnection {
  readonly flow: ObservedFlow;
  /** 0: in none. */
  readonly zone: number;
  /** The attributes that name it to the kernel. */
  readonly identity: Buffer;
}

/** Undefined: what the kernel told is no connection of IP. */
export function readConnection({ body }: NetlinkAnswer): KernelConnection | undefined {
  const attributes = readAttributes(body, headerBytes);
  const original = attributes.get(CTA_TUPLE_ORIG);
  const there = readTuple(original);
  const back = readTuple(attributes.get(CTA_TUPLE_REPLY));
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
    flow: flowOf(addresses, portsOf(there, back)),
    zone: zoneIn(attributes) ?? 0,
    identity: Buffer.concat([header(body.readUInt8(0)), attribute(CTA_TUPLE_ORIG | nested, original), ...naming]),
  };
}

/** Undefined: its protocol has none that are forwarded. */
function portsOf(there: Tuple, back: Tuple): FlowPorts | undefined {
  const protocol = protocolNames[there.protocol];
  return protocol && { protocol, destinationPort: there.destinationPort, replySourcePort: back.sourcePort };
}

export const deleteConnection = ({ identity }: KernelConnection): NetlinkRequest =>
  request(IPCTNL_MSG_CT_DELETE, identity);

/** Undefined: it is in no zone. */
export function readZonedConnection({ body }: NetlinkAnswer): ObservedConnection | undefined {
  const attributes = readAttributes(body, headerBytes);
  const zone = zoneIn(attributes);
  const there = readTuple(attributes.get(CTA_TUPLE_ORIG));
  if (zone === undefined || there === undefined) return undefined;
  return { ...there, zone, mark: attributes.get(CTA_MARK)?.readUInt32BE() ?? 0 };
}

const zoneIn = (attributes: Attributes): number | undefined => attributes.get(CTA_ZONE)?.readUInt16BE();

/** It is an error when there is no such connection any more. */
export function markConnection(connection: ObservedConnection, mark: number): NetlinkRequest {
  const value = Buffer.alloc(4);
  value.writeUInt32BE(mark);
  return request(
    IPCTNL_MSG_CT_NEW,
    header(addressFamily(connection.family)),
    tupleAttribute(CTA_TUPLE_ORIG, connection),
    attribute(CTA_MARK, value),
    attribute(CTA_ZONE, u16(connection.zone)),
  );
}
