import { type NetlinkRequest, requestFlags } from "../netlink/netlink-socket.ts";
import { linkRequest, RTM_NEWLINK, readLink } from "../route/link-messages.ts";
import type { OpenNamespaces } from "./open-namespaces.ts";

const flags = requestFlags.create | requestFlags.exclusive;

export const newLink = (...attributes: readonly Buffer[]): NetlinkRequest =>
  linkRequest(RTM_NEWLINK, flags | requestFlags.echo, {}, attributes);

/** In another namespace than it is ordered in: there, and not here, the kernel would tell of it. */
export const newLinkElsewhere = (...attributes: readonly Buffer[]): NetlinkRequest =>
  linkRequest(RTM_NEWLINK, flags, {}, attributes);

/** Makes a device in the namespace in which it is ordered. By which the kernel knows it is told with that, but by kernels before
 *  6.2: they are asked once it matters.
 *  @param otherEnd of a pair that is made, likewise.
 *  @throws {NetlinkRefusal} */
export function orderLink(made: Device, request: NetlinkRequest, open: OpenNamespaces, otherEnd?: Device): void {
  const told = open.routing(made.netns).get(request);
  if (told === undefined) return;
  const { index, parentIndex } = readLink(told);
  open.toldIndex(made.netns, made.device, index);
  if (otherEnd !== undefined && parentIndex !== undefined) open.toldIndex(otherEnd.netns, otherEnd.device, parentIndex);
}

interface Device {
  readonly netns: string;
  readonly device: string;
}
