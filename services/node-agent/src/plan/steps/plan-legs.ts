import type { DesiredLeg, DesiredNamespace } from "../../desired/desired-kernel.ts";
import type { ResourceKey } from "../../desired/resource-key.ts";
import type { ObservedLink } from "../../observed/observed-kernel.ts";
import { isLeg, isOwnBridge, isOwnHostEnd } from "../../observed/ownership.ts";
import { standingAddresses } from "../../observed/standing-addresses.ts";
import type { SetLink } from "../operation.ts";
import type { Draft } from "./draft.ts";
import { isDoor } from "./plan-doors.ts";
import { planIpv6Off } from "./plan-ipv6-off.ts";

/** Devices and the bridges they lie on. They stay down: they have no addresses yet. */
export function planDevices(namespaces: readonly DesiredNamespace[], draft: Draft): void {
  forEachLeg(namespaces, ({ resource, name }, leg) => planDevice(resource, name, leg, draft));
  forEachLeg(namespaces, ({ resource }, { attachment }) => {
    if (attachment.kind === "bridge") planIpv6Off(resource, attachment.hostEnd, draft);
  });
  forEachLeg(namespaces, ({ resource }, leg) => planHostEnd(resource, leg, draft));
}

function forEachLeg(
  namespaces: readonly DesiredNamespace[],
  plan: (namespace: DesiredNamespace, leg: DesiredLeg) => void,
): void {
  for (const namespace of namespaces) for (const leg of namespace.legs.values()) plan(namespace, leg);
}

/** Addresses, then the device goes up. */
export function planAddresses({ resource, name, legs }: DesiredNamespace, draft: Draft): void {
  for (const { device, addresses, attachment } of legs.values()) {
    const standing = draft.namespace(name)?.links.get(device);
    const answers = standing && standingAddresses(standing);
    for (const { resource: served, address } of addresses) {
      if (answers?.has(address)) continue;
      draft.add({ kind: "add-address", resource: served, netns: name, device, address });
    }
    if (standing?.up === false && !isDoor(attachment))
      draft.add({ kind: "set-link", resource, netns: name, device, up: true });
  }
}

function planDevice(resource: ResourceKey, netns: string, leg: DesiredLeg, draft: Draft): void {
  const { device, mac, mtu, attachment } = leg;
  planUnfitRemoval(resource, netns, leg, draft);
  const standing = draft.namespace(netns)?.links.get(device);
  if (standing !== undefined) {
    planSettings({ kind: "set-link", resource, netns, device }, standing, { mac, mtu }, draft);
  } else if (attachment.kind === "bridge") {
    draft.add({ kind: "add-veth", resource, netns, device, hostEnd: attachment.hostEnd, mac, mtu });
  } else {
    draft.add({ kind: "add-macvlan", resource, netns, device, parent: attachment.parent, mac, mtu });
  }
}

/** A device that can't be changed into the desired one, or one half of a pair: it goes, to be made anew. */
function planUnfitRemoval(
  resource: ResourceKey,
  netns: string,
  { device, attachment }: DesiredLeg,
  draft: Draft,
): void {
  const { links } = draft.kernel();
  const standing = draft.namespace(netns)?.links.get(device);
  if (attachment.kind === "macvlan") {
    if (standing === undefined) return;
    if (standing.kind === "macvlan" && standing.peerIndex === links.get(attachment.parent)?.index) return;
    draft.add({ kind: "delete-link", resource, netns, device });
    return;
  }
  const hostEnd = links.get(attachment.hostEnd);
  const paired = hostEnd?.peerNamespace === netns && hostEnd.peerIndex === standing?.index && isOwnHostEnd(hostEnd);
  if (standing?.kind === "veth" && paired) return;
  if (standing !== undefined) draft.add({ kind: "delete-link", resource, netns, device });
  const leftover = draft.kernel().links.get(attachment.hostEnd);
  // Somebody else's device of that name stays; adding ours then fails with the kernel's words.
  if (leftover === undefined || !isOwnHostEnd(leftover)) return;
  draft.add({ kind: "delete-link", resource, netns: "", device: leftover.name });
}

function planHostEnd(resource: ResourceKey, { mtu, attachment }: DesiredLeg, draft: Draft): void {
  if (attachment.kind !== "bridge") return;
  const { hostEnd: device, bridge: master } = attachment;
  const { links } = draft.kernel();
  const standing = links.get(device);
  if (standing === undefined) return;
  const wanted = { mtu: Math.max(mtu, operatorsMtu(links.get(master))), master };
  planSettings({ kind: "set-link", resource, netns: "", device }, standing, wanted, draft);
}

/** A bridge has the MTU of its smallest port unless somebody set it: on the operator's, and below the VLANs that lie on it,
 *  a port of ours must not be that one. Packets that are too large for the leg go no further than to its other end. */
export const operatorsMtu = (bridge: ObservedLink | undefined): number =>
  bridge === undefined || isOwnBridge(bridge) ? 0 : bridge.mtu;

type LinkSettings = Pick<SetLink, "mtu" | "mac" | "boundTo" | "master" | "up">;

/** One operation with the settings that differ; none when all are as they should be. */
export function planSettings(
  operation: SetLink,
  standing: { readonly [S in keyof LinkSettings]: unknown },
  wanted: LinkSettings,
  draft: Draft,
): void {
  const names = ["mtu", "mac", "boundTo", "master", "up"] as const;
  const differing = names.filter((name) => wanted[name] !== undefined && wanted[name] !== standing[name]);
  if (differing.length === 0) return;
  draft.add({ ...operation, ...Object.fromEntries(differing.map((name) => [name, wanted[name]])) });
}

export function planAddressRemoval({ resource, name: netns, legs }: DesiredNamespace, draft: Draft): void {
  for (const { device, addresses } of legs.values()) {
    const wanted = new Set(addresses.map(({ address }) => address));
    for (const address of draft.namespace(netns)?.links.get(device)?.addresses ?? []) {
      if (!wanted.has(address)) draft.add({ kind: "delete-address", resource, netns, device, address });
    }
  }
}

export function planLegRemoval({ resource, name: netns, legs }: DesiredNamespace, draft: Draft): void {
  for (const link of draft.namespace(netns)?.links.values() ?? []) {
    if (isLeg(link) && !legs.has(link.name)) draft.add({ kind: "delete-link", resource, netns, device: link.name });
  }
}
