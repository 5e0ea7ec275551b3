import { closeSync, openSync } from "node:fs";
import { highestMac } from "../../../desired/device-names.ts";
import type { ResourceKey } from "../../../desired/resource-key.ts";
import { markOfBound } from "../../../observed/bound-mark.ts";
import { goingLinkGroup, ownLinkGroup } from "../../../observed/ownership.ts";
import type {
  AddBridge,
  AddMacvlan,
  AddPatch,
  AddVeth,
  AddVlan,
  DeleteLink,
  DropNamespace,
  SetLink,
} from "../../../plan/operation.ts";
import { namespaceFolder } from "../namespace/enter-namespace.ts";
import { dropNamespace } from "../namespace/namespaces.ts";
import { leaveLibnftables } from "../netfilter/libnftables.ts";
import { netfilterSockets } from "../netfilter/netfilter-sockets.ts";
import { attribute, textAttribute, u32Attribute } from "../netlink/attributes.ts";
import {
  bridgeAttributes,
  link,
  linkRequest,
  macAttribute,
  macvlanAttributes,
  oneQueue,
  RTM_DELLINK,
  RTM_NEWLINK,
  trackingAttributes,
  vethAttributes,
  vlanAttributes,
} from "../route/link-messages.ts";
import type { OpenNamespaces } from "./open-namespaces.ts";
import { aboutDevice, order } from "./order.ts";
import { newLink, newLinkElsewhere, orderLink } from "./order-link.ts";
import { leavePacketSockets } from "./packet-socket.ts";

export function addBridge({ netns, device, mac }: AddBridge, open: OpenNamespaces): void {
  const named = [textAttribute(link.name, device), macAttribute(mac), u32Attribute(link.group, ownLinkGroup)];
  orderLink({ netns, device }, newLink(...named, bridgeAttributes()), open);
}

export function addVeth({ netns, device, hostEnd, mac, mtu }: AddVeth, open: OpenNamespaces): void {
  inOpenNamespace(netns, (namespace) => {
    const host = [
      textAttribute(link.name, hostEnd),
      macAttribute(highestMac(mac)),
      u32Attribute(link.mtu, mtu),
      u32Attribute(link.group, ownLinkGroup),
      ...oneQueue,
    ];
    const leg = [textAttribute(link.name, device), macAttribute(mac), u32Attribute(link.mtu, mtu), ...oneQueue];
    const pair = newLink(...host, vethAttributes(...leg, namespace));
    orderLink({ netns: "", device: hostEnd }, pair, open, { netns, device });
  });
}

export function addMacvlan({ netns, device, parent, mac, mtu }: AddMacvlan, open: OpenNamespaces): void {
  inOpenNamespace(netns, (namespace) => {
    const host = open.routing("");
    const on = u32Attribute(link.parent, open.indexOf("", parent));
    const leg = [textAttribute(link.name, device), macAttribute(mac), u32Attribute(link.mtu, mtu), ...oneQueue];
    order(host, newLinkElsewhere(...leg, on, namespace, macvlanAttributes()));
  });
}

export function addVlan({ netns, device, parent, vlanId, mtu }: AddVlan, open: OpenNamespaces): void {
  const on = u32Attribute(link.parent, open.indexOf(netns, parent));
  const named = [textAttribute(link.name, device), u32Attribute(link.mtu, mtu), u32Attribute(link.group, ownLinkGroup)];
  orderLink({ netns, device }, newLink(...named, on, vlanAttributes(vlanId)), open);
}

export function addPatch({ netns, device, peer, mac, mtu }: AddPatch, open: OpenNamespaces): void {
  const end = [u32Attribute(link.mtu, mtu), u32Attribute(link.group, ownLinkGroup), ...oneQueue];
  const outer = vethAttributes(textAttribute(link.name, peer), macAttribute(mac), ...end);
  const pair = newLink(textAttribute(link.name, device), ...end, outer);
  orderLink({ netns, device }, pair, open, { netns, device: peer });
}

export function setLink(
  { netns, device, mtu, mac, boundTo, master, up, tracked }: SetLink,
  open: OpenNamespaces,
): void {
  const socket = open.routing(netns);
  const index = open.indexOf(netns, device);
  const settings = [
    ...(mtu === undefined ? [] : [u32Attribute(link.mtu, mtu)]),
    ...(mac === undefined ? [] : [macAttribute(mac)]),
    ...(boundTo === undefined ? [] : markAttributes(boundTo)),
    ...(master === undefined ? [] : [u32Attribute(link.master, master === "" ? 0 : open.indexOf(netns, master))]),
    ...(tracked === undefined ? [] : [trackingAttributes(tracked)]),
  ];
  order(socket, linkRequest(RTM_NEWLINK, 0, { index, ...(up !== undefined && { up }) }, settings));
}

function markAttributes(port: ResourceKey): Buffer[] {
  const { group, alias } = markOfBound(port);
  return [u32Attribute(link.group, group), attribute(link.alias, Buffer.from(alias))];
}

/** One, or several by one message.
 *  @throws {NetlinkRefusal} none of them is gone. */
export function deleteLinks(netns: string, deletions: readonly DeleteLink[], open: OpenNamespaces): void {
  const [first, ...others] = deletions;
  if (first === undefined) return;
  if (others.length === 0) orderDeletion(first, open);
  else
    deleteTogether(
      netns,
      deletions.map(({ device }) => device),
      open,
    );
  open.forgetDevices();
}

const orderDeletion = aboutDevice<DeleteLink>((_, index) => linkRequest(RTM_DELLINK, 0, { index }, []));

/** In one message for all of their group: one at a time would cost 20 ms each.
 *  @throws {NetlinkRefusal} none of them is gone. */
function deleteTogether(netns: string, devices: readonly string[], open: OpenNamespaces): void {
  if (devices.length === 0) return;
  const socket = open.routing(netns);
  const going = u32Attribute(link.group, goingLinkGroup);
  const indexes = devices.map((device) => open.indexOf(netns, device));
  for (const index of indexes) order(socket, linkRequest(RTM_NEWLINK, 0, { index }, [going]));
  order(socket, linkRequest(RTM_DELLINK, 0, {}, [going]));
}

/** Host ends first, and with them the legs inside: so that the routers are off, and their names free, whoever still sits in
 *  their namespaces. */
export function dropNamespaces(drops: readonly DropNamespace[], open: OpenNamespaces): void {
  deleteTogether(
    "",
    drops.flatMap((drop) => drop.hostEnds),
    open,
  );
  open.forgetDevices();
  for (const { netns } of drops) {
    open.leave(netns);
    leaveLibnftables(netns);
    leavePacketSockets(netns);
    netfilterSockets.leave(netns);
    dropNamespace(netns);
  }
}

function inOpenNamespace(netns: string, work: (namespace: Buffer) => void): void {
  const fd = openSync(`${namespaceFolder}/${netns}`, "r");
  try {
    work(u32Attribute(link.namespaceFd, fd));
  } finally {
    closeSync(fd);
  }
}
