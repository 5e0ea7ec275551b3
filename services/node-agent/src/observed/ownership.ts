import type { ObservedLink } from "./observed-kernel.ts";

/** Link group of every host-side device that we make: set in the same message that makes it, so that no crash leaves one without. */
export const ownLinkGroup = 118;

/** Link group of host ends that are about to be deleted, all in one message. */
export const goingLinkGroup = 119;

export function isOwnLinkGroup(group: string | undefined): boolean {
  return group === String(ownLinkGroup) || group === String(goingLinkGroup);
}

/** UDP port of the overlay (RFC 7348). */
export const vxlanPort = 4789;

/** What names of the host's devices begin with that concern us, as an alternative of a regular expression. */
export const concernedDevices = "tap|brq|vxlan-|vlan|flat|phy-";

/** Protocol number of our routes. */
export const ownRouteProtocol = 118;

/** A network's bridge. Neutron's own agents name theirs alike, but not in our group. */
export function isOwnBridge(link: ObservedLink): boolean {
  return link.ours && link.kind === "bridge" && link.name.startsWith("brq");
}

/** A tenant network's device on the overlay. */
export function isOwnVxlan(link: ObservedLink): boolean {
  return link.ours && link.kind === "vxlan" && link.name.startsWith("vxlan-");
}

/** As iproute2 calls the tags of IEEE 802.1Q. */
export const vlanProtocol = "802.1Q";

/** A tenant network's device on its physical network. */
export function isOwnVlan(link: ObservedLink): boolean {
  return link.ours && link.kind === "vlan" && link.name.startsWith("vlan");
}

/** Either end of what joins a flat network's bridge to the operator's. */
export function isOwnPatch(link: ObservedLink): boolean {
  return link.ours && link.kind === "veth" && /^(flat|phy-)/.test(link.name);
}

/** The host's end of a router's leg or of a DHCP server's. */
export function isOwnHostEnd(link: ObservedLink): boolean {
  return link.ours && link.kind === "veth" && link.name.startsWith("tap");
}

/** Our device in a namespace of ours. */
export function isLeg(link: Pick<ObservedLink, "name">): boolean {
  return /^(qr|qg|ns)-/.test(link.name);
}
