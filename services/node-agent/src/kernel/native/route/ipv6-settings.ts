import { nestedAttribute, readAttributes, readText, u8Attribute } from "../netlink/attributes.ts";
import type { NetlinkAnswer } from "../netlink/netlink-socket.ts";
import { link } from "./link-messages.ts";

/** What the kernel tells of a link's IPv6 with the link itself (linux/if_link.h, linux/ipv6.h). */
const IFLA_AF_SPEC = 26;
const AF_INET6 = 10;
const IFLA_INET6_CONF = 2;
const IFLA_INET6_ADDR_GEN_MODE = 8;
const DEVCONF_ACCEPT_RA = 3;
const DEVCONF_DISABLE_IPV6 = 26;
const headerBytes = 16;
const bytesEach = 4;

/** How a link makes its own addresses, as its sysctl addr_gen_mode numbers it. */
export const addressModeAttribute = (mode: number): Buffer =>
  nestedAttribute(IFLA_AF_SPEC, nestedAttribute(AF_INET6, u8Attribute(IFLA_INET6_ADDR_GEN_MODE, mode)));

/** Last part of a sysctl's name -> its value. Undefined: the link has no IPv6. */
export function readIpv6Settings({
  body,
}: NetlinkAnswer): { readonly device: string; readonly settings: ReadonlyMap<string, number> } | undefined {
  const attributes = readAttributes(body, headerBytes);
  const ipv6 = readAttributes(attributes.get(IFLA_AF_SPEC) ?? Buffer.alloc(0)).get(AF_INET6);
  if (ipv6 === undefined) return undefined;
  const told = readAttributes(ipv6);
  const values = told.get(IFLA_INET6_CONF);
  const mode = told.get(IFLA_INET6_ADDR_GEN_MODE)?.readUInt8();
  if (values === undefined || mode === undefined) return undefined;
  const settings = new Map([
    ["accept_ra", values.readInt32LE(DEVCONF_ACCEPT_RA * bytesEach)],
    ["disable_ipv6", values.readInt32LE(DEVCONF_DISABLE_IPV6 * bytesEach)],
    ["addr_gen_mode", mode],
  ]);
  return { device: readText(attributes.get(link.name)) ?? "", settings };
}
