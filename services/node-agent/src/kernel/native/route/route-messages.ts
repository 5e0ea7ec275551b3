import { ownRouteProtocol } from "../../../observed/ownership.ts";
import { attribute, readAttributes, readU32, u32Attribute } from "../netlink/attributes.ts";
import { type NetlinkAnswer, type NetlinkRequest, requestFlags } from "../netlink/netlink-socket.ts";
import { AF_INET, addressFamily, ipBytes, ipText } from "./ip-bytes.ts";

/** Routes over rtnetlink (rtnetlink(7), linux/rtnetlink.h). */
const RTM_NEWROUTE = 24;
const RTM_DELROUTE = 25;
const RTM_GETROUTE = 26;
const RTA_DST = 1;
const RTA_OIF = 4;
const RTA_GATEWAY = 5;
const RTA_TABLE = 15;
const RT_TABLE_MAIN = 254;
const RT_SCOPE_UNIVERSE = 0;
/** In a deletion: a route of any scope. */
const RT_SCOPE_NOWHERE = 255;
const RTN_UNICAST = 1;
const headerBytes = 12;

export interface RouteDestination {
  /** A CIDR, or "default". */
  readonly destination: string;
  readonly family: 4 | 6;
}

export function replaceRoute(route: RouteDestination, nextHop: string, index: number): NetlinkRequest {
  const { header, attributes } = destinationOf(route, RT_SCOPE_UNIVERSE);
  const way = [attribute(RTA_GATEWAY, ipBytes(nextHop)), u32Attribute(RTA_OIF, index)];
  return {
    type: RTM_NEWROUTE,
    flags: requestFlags.create | requestFlags.replace,
    body: Buffer.concat([header, ...attributes, ...way]),
  };
}

export function deleteRoute(route: RouteDestination): NetlinkRequest {
  const { header, attributes } = destinationOf(route, route.family === 4 ? RT_SCOPE_NOWHERE : RT_SCOPE_UNIVERSE);
  return { type: RTM_DELROUTE, body: Buffer.concat([header, ...attributes]) };
}

function destinationOf({ destination, family }: RouteDestination, scope: number) {
  const [address = "", prefixLength = "0"] = destination === "default" ? [] : destination.split("/");
  const header = Buffer.alloc(headerBytes);
  header.writeUInt8(addressFamily(family), 0);
  header.writeUInt8(Number(prefixLength), 1);
  header.writeUInt8(RT_TABLE_MAIN, 4);
  header.writeUInt8(ownRouteProtocol, 5);
  header.writeUInt8(scope, 6);
  header.writeUInt8(RTN_UNICAST, 7);
  return { header, attributes: address === "" ? [] : [attribute(RTA_DST, ipBytes(address))] };
}

export const allRoutes: NetlinkRequest = { type: RTM_GETROUTE, body: Buffer.alloc(headerBytes) };

export interface KernelRoute extends RouteDestination {
  readonly nextHop: string;
  readonly index: number;
}

/** Undefined: it isn't ours, or not in the main table. */
export function readRoute({ body }: NetlinkAnswer): KernelRoute | undefined {
  const attributes = readAttributes(body, headerBytes);
  const table = readU32(attributes.get(RTA_TABLE)) ?? body.readUInt8(4);
  if (body.readUInt8(5) !== ownRouteProtocol || table !== RT_TABLE_MAIN) return undefined;
  const destination = attributes.get(RTA_DST);
  const nextHop = attributes.get(RTA_GATEWAY);
  return {
    destination: destination === undefined ? "default" : `${ipText(destination)}/${body.readUInt8(1)}`,
    family: body.readUInt8(0) === AF_INET ? 4 : 6,
    nextHop: nextHop === undefined ? "" : ipText(nextHop),
    index: readU32(attributes.get(RTA_OIF)) ?? 0,
  };
}
