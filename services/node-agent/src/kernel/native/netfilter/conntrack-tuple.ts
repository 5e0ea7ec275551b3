import type { ObservedConnection } from "../../../observed/observed-kernel.ts";
import { type Attributes, attribute, nestedAttribute, readAttributes } from "../netlink/attributes.ts";
import { ipBytes, ipText } from "../route/ip-bytes.ts";

/** One direction of a connection (linux/netfilter/nfnetlink_conntrack.h). */
export type Tuple = Omit<ObservedConnection, "zone" | "mark">;

const CTA_TUPLE_IP = 1;
const CTA_TUPLE_PROTO = 2;
const addresses = { 4: { source: 1, destination: 2 }, 6: { source: 3, destination: 4 } } as const;
const protocolAttribute = { number: 1, sourcePort: 2, destinationPort: 3 } as const;
const icmpAttributes = { 4: { id: 4, type: 5, code: 6 }, 6: { id: 7, type: 8, code: 9 } } as const;

/** Undefined: there is none, or it has no addresses of IP. */
export function readTuple(bytes: Buffer | undefined): Tuple | undefined {
  if (bytes === undefined) return undefined;
  const parts = readAttributes(bytes);
  const ip = readAttributes(parts.get(CTA_TUPLE_IP) ?? nothing);
  const family = ip.get(addresses[6].source) === undefined ? 4 : 6;
  const source = ip.get(addresses[family].source);
  const destination = ip.get(addresses[family].destination);
  if (source === undefined || destination === undefined) return undefined;
  const protocol = readAttributes(parts.get(CTA_TUPLE_PROTO) ?? nothing);
  return {
    family,
    protocol: protocol.get(protocolAttribute.number)?.readUInt8() ?? 0,
    source: ipText(source),
    destination: ipText(destination),
    sourcePort: protocol.get(protocolAttribute.sourcePort)?.readUInt16BE() ?? 0,
    destinationPort: protocol.get(protocolAttribute.destinationPort)?.readUInt16BE() ?? 0,
    icmp: readIcmp(protocol, icmpAttributes[family]),
  };
}

const nothing = Buffer.alloc(0);

function readIcmp(
  protocol: Attributes,
  of: (typeof icmpAttributes)[4 | 6],
): { type: number; code: number; id: number } | undefined {
  const type = protocol.get(of.type)?.readUInt8();
  if (type === undefined) return undefined;
  return { type, code: protocol.get(of.code)?.readUInt8() ?? 0, id: protocol.get(of.id)?.readUInt16BE() ?? 0 };
}

/** By which the kernel finds the connection.
 *  @param type which direction the tuple is of. */
export function tupleAttribute(type: number, tuple: Tuple): Buffer {
  const { family, protocol, source, destination, sourcePort, destinationPort, icmp } = tuple;
  const ip = addresses[family];
  const ofIcmp = icmpAttributes[family];
  const ports =
    sourcePort === 0 && destinationPort === 0
      ? []
      : [
          attribute(protocolAttribute.sourcePort, u16(sourcePort)),
          attribute(protocolAttribute.destinationPort, u16(destinationPort)),
        ];
  const told =
    icmp === undefined
      ? ports
      : [
          attribute(ofIcmp.id, u16(icmp.id)),
          attribute(ofIcmp.type, Buffer.from([icmp.type])),
          attribute(ofIcmp.code, Buffer.from([icmp.code])),
        ];
  return nestedAttribute(
    type,
    nestedAttribute(
      CTA_TUPLE_IP,
      attribute(ip.source, ipBytes(source)),
      attribute(ip.destination, ipBytes(destination)),
    ),
    nestedAttribute(CTA_TUPLE_PROTO, attribute(protocolAttribute.number, Buffer.from([protocol])), ...told),
  );
}

/** As packets carry it. */
export function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}
