import { ownLinkGroup, vxlanPort } from "../../../observed/ownership.ts";
import type { Operation } from "../../../plan/operation.ts";
import { textAttribute, u32Attribute } from "../netlink/attributes.ts";
import {
  link,
  linkRequest,
  oneQueue,
  quietBridgePort,
  RTM_NEWLINK,
  tunnelIpAttribute,
  vxlanAttributes,
} from "../route/link-messages.ts";
import {
  deleteBridgeEntry,
  deleteFloodPeer,
  deleteNeighbour,
  deleteTunnel,
  newFloodPeer,
  setBridgeEntry,
  setNeighbour,
  setTunnel,
} from "../route/neighbour-messages.ts";
import type { OpenNamespaces } from "./open-namespaces.ts";
import { aboutDevice, order, orderAway } from "./order.ts";
import { newLink, orderLink } from "./order-link.ts";

type OverlayKind =
  | "add-vxlan"
  | "set-tunnel-ip"
  | "set-bridge-port"
  | "add-flood-peer"
  | "delete-flood-peer"
  | "set-forwarding"
  | "set-delivery"
  | "delete-forwarding"
  | "set-neighbour"
  | "delete-neighbour";

/** Devices of the overlay, and what they and their bridges know. An entry may be gone when it is to go: a bridge moves it to the port
 *  at which it hears the address. */
export const overlayExecutors: {
  readonly [K in OverlayKind]: (operation: Extract<Operation, { readonly kind: K }>, open: OpenNamespaces) => void;
} = {
  "add-vxlan": ({ netns, device, vni, tunnelIp, mtu }, open) => {
    const common = [textAttribute(link.name, device), u32Attribute(link.mtu, mtu), ...oneQueue];
    const ours = u32Attribute(link.group, ownLinkGroup);
    const overlay = vxlanAttributes(vni, tunnelIp, vxlanPort);
    orderLink({ netns, device }, newLink(...common, ours, overlay), open);
  },
  "set-tunnel-ip": aboutDevice(({ tunnelIp }, index) =>
    linkRequest(RTM_NEWLINK, 0, { index }, [tunnelIpAttribute(tunnelIp)]),
  ),
  "set-bridge-port": aboutDevice((_, index) => quietBridgePort(index)),
  "add-flood-peer": aboutDevice(({ peer }, index) => newFloodPeer(index, peer)),
  "delete-flood-peer": aboutDevice(({ peer }, index) => deleteFloodPeer(index, peer), orderAway),
  "set-forwarding": ({ netns, device, mac, tunnelIp }, open) => {
    const socket = open.routing(netns);
    const index = open.indexOf(netns, device);
    order(socket, setTunnel(index, mac, tunnelIp));
    order(socket, setBridgeEntry(index, mac));
  },
  "set-delivery": aboutDevice(({ mac }, index) => setBridgeEntry(index, mac)),
  "delete-forwarding": ({ netns, device, mac, tunnel, bridged }, open) => {
    const socket = open.routing(netns);
    const index = open.indexOf(netns, device);
    if (bridged) orderAway(socket, deleteBridgeEntry(index, mac));
    if (tunnel) orderAway(socket, deleteTunnel(index, mac));
  },
  "set-neighbour": aboutDevice(({ address, mac }, index) => setNeighbour(index, address, mac)),
  "delete-neighbour": aboutDevice(({ address }, index) => deleteNeighbour(index, address), orderAway),
};
