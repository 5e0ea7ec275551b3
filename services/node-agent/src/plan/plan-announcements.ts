import type { DesiredKernel, DesiredLeg, DesiredRouterNamespace } from "../desired/desired-kernel.ts";
import { linksOf } from "../observed/edit-kernel.ts";
import type { ObservedKernel } from "../observed/observed-kernel.ts";
import { standingAddresses } from "../observed/standing-addresses.ts";
import type { Announce } from "./operation.ts";
import type { Draft } from "./steps/draft.ts";
import { stoodOpen } from "./steps/plan-doors.ts";

/** Addresses that are new on a device; all addresses of one whose MAC is new or whose door is opened. */
export function planAnnouncements(
  routers: readonly DesiredRouterNamespace[],
  observed: ObservedKernel,
  draft: Draft,
): void {
  for (const router of routers) {
    for (const leg of router.legs.values()) {
      const before = linksOf(observed, router.name).get(leg.device);
      if (!isOpen(observed, router, leg)) continue;
      const known = before?.mac === leg.mac && stoodOpen(observed, router.name, leg) ? standingAddresses(before) : none;
      const announcement = announce(router, leg, known);
      if (announcement !== undefined) draft.add(announcement);
    }
  }
}

/** Of every address that should stand. For a plan whose end is unknown: no kernel remembers what it announced. */
export function announceAll(desired: DesiredKernel, observed: ObservedKernel): Announce[] {
  return [...desired.routers.values()].flatMap((router) =>
    [...router.legs.values()].flatMap((leg) => (isOpen(observed, router, leg) && announce(router, leg, none)) || []),
  );
}

const none: ReadonlySet<string> = new Set();

/** Whether the leg lets frames through once the plan is done. */
const isOpen = (observed: ObservedKernel, router: DesiredRouterNamespace, leg: DesiredLeg): boolean =>
  leg.door === "open" || (leg.door === "as it stands" && stoodOpen(observed, router.name, leg));

function announce(router: DesiredRouterNamespace, leg: DesiredLeg, known: ReadonlySet<string>): Announce | undefined {
  const addresses = leg.addresses.map(({ address }) => address).filter((address) => !known.has(address));
  if (addresses.length === 0) return undefined;
  const { device, attachment } = leg;
  const through = attachment.kind === "bridge" ? attachment.hostEnd : "";
  return { kind: "announce", resource: router.resource, netns: router.name, device, through, addresses };
}
