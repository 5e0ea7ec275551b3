import type { Attachment, DesiredLeg, DesiredNamespace, DesiredRouterNamespace } from "../../desired/desired-kernel.ts";
import { linksOf } from "../../observed/edit-kernel.ts";
import type { ObservedKernel, ObservedLink } from "../../observed/observed-kernel.ts";
import type { Draft } from "./draft.ts";
import { planRoutes } from "./plan-routes.ts";

/** Before anything else: another node may be waiting for it. */
export function planClosing(routers: readonly DesiredRouterNamespace[], draft: Draft): void {
  for (const router of routers) setDoors(router, "closed", false, draft);
}

/** Once the router or DHCP server stands behind it. A macvlan's routes come after it: no kernel takes one through a device that is down. */
export function planOpening(
  namespaces: readonly DesiredNamespace[],
  routers: readonly DesiredRouterNamespace[],
  draft: Draft,
): void {
  for (const namespace of namespaces) setDoors(namespace, "open", true, draft);
  for (const router of routers) planRoutes(router, draft);
}

function setDoors(namespace: DesiredNamespace, door: DesiredLeg["door"], up: boolean, draft: Draft): void {
  for (const leg of namespace.legs.values()) {
    if (leg.door !== door) continue;
    const standing = doorDevice(draft.kernel(), namespace.name, leg);
    if (standing === undefined || standing.up === up) continue;
    const netns = isDoor(leg.attachment) ? namespace.name : "";
    draft.add({ kind: "set-link", resource: namespace.resource, netns, device: standing.name, up });
  }
}

/** A macvlan has no other end: it is its own door. */
export const isDoor = ({ kind }: Attachment): boolean => kind === "macvlan";

/** Whether the leg let frames through when it was looked at. */
export const stoodOpen = (observed: ObservedKernel, netns: string, leg: DesiredLeg): boolean =>
  doorDevice(observed, netns, leg)?.up === true;

function doorDevice(
  kernel: ObservedKernel,
  netns: string,
  { device, attachment }: DesiredLeg,
): ObservedLink | undefined {
  return attachment.kind === "macvlan"
    ? linksOf(kernel, netns).get(device)
    : linksOf(kernel, "").get(attachment.hostEnd);
}
