import { attribute, readAttributes, u32Attribute } from "../netlink/attributes.ts";
import { type NetlinkAnswer, type NetlinkRequest, requestFlags } from "../netlink/netlink-socket.ts";
import { addressFamily, ipBytes, ipText } from "./ip-bytes.ts";

/** Addresses over rtnetlink (rtnetlink(7), linux/if_addr.h). */
const RTM_NEWADDR = 20;
const RTM_DELADDR = 21;
const RTM_GETADDR = 22;
const IFA_ADDRESS = 1;
const IFA_LOCAL = 2;
const IFA_FLAGS = 8;
const IFA_F_NODAD = 0x02;
const RT_SCOPE_UNIVERSE = 0;
const headerBytes = 8;

/** @param address "203.0.113.7/32". One that stands already is left as it is. */
export function newAddress(index: number, address: string): NetlinkRequest {
  const { header, attributes, version } = addressOf(index, address);
  // Nobody else has it: the log gave it to one port. Waiting for duplicates would keep it from answering for a second.
  const flags = version === 6 ? [u32Attribute(IFA_FLAGS, IFA_F_NODAD)] : [];
  return {
    type: RTM_NEWADDR,
    flags: requestFlags.create | requestFlags.replace,
    body: Buffer.concat([header, ...attributes, ...flags]),
  };
}

export function deleteAddress(index: number, address: string): NetlinkRequest {
  const { header, attributes } = addressOf(index, address);
  return { type: RTM_DELADDR, body: Buffer.concat([header, ...attributes]) };
}

function addressOf(index: number, text: string): { header: Buffer; attributes: Buffer[]; version: 4 | 6 } {
  const [address = "", prefixLength = ""] = text.split("/");
  const bytes = ipBytes(address);
  const version = bytes.length === 4 ? 4 : 6;
  const header = Buffer.alloc(headerBytes);
  header.writeUInt8(addressFamily(version), 0);
  header.writeUInt8(Number(prefixLength), 1);
  header.writeUInt8(RT_SCOPE_UNIVERSE, 3);
  header.writeUInt32LE(index, 4);
  return { header, attributes: [attribute(IFA_LOCAL, bytes), attribute(IFA_ADDRESS, bytes)], version };
}

export const allAddresses: NetlinkRequest = { type: RTM_GETADDR, body: Buffer.alloc(headerBytes) };

/** Undefined: not of global scope, and so the kernel's own. */
export function readAddress({ body }: NetlinkAnswer): { readonly index: number; readonly address: string } | undefined {
  if (body.readUInt8(3) !== RT_SCOPE_UNIVERSE) return undefined;
  const attributes = readAttributes(body, headerBytes);
  const bytes = attributes.get(IFA_LOCAL) ?? attributes.get(IFA_ADDRESS);
  return bytes && { index: body.readUInt32LE(4), address: `${ipText(bytes)}/${body.readUInt8(1)}` };
}
