import type { DesiredKernel, DesiredLeg, DesiredRouterNamespace } from "../desired/desired-kernel.ts";
import { linksOf } from "../observed/edit-kernel.ts";
import type { ObservedKernel } from "../observed/observed-kernel.ts";
import type { Announce } from "./operation.ts";
import type { Draft } from "./steps/draft.ts";

/** Addresses that are new on a device, and all addresses of one whose MAC is new. */
export function planAnnouncements(desired: DesiredKernel, observed: ObservedKernel, draft: Draft): void {
  for (const router of desired.routers.values()) {
    for (const leg of router.legs.values()) {
      const before = linksOf(observed, router.name).get(leg.device);
      const known = before?.mac === leg.mac ? before.addresses : [];
      const announcement = announce(router, leg, known);
      if (announcement !== undefined) draft.add(announcement);
    }
  }
}

/** Gratuitous ARP for every IPv4 address that should stand. For a plan whose end is unknown: no kernel remembers what it announced. */
export function announceAll(desired: DesiredKernel): Announce[] {
  return [...desired.routers.values()].flatMap((router) =>
    [...router.legs.values()].flatMap((leg) => announce(router, leg, []) ?? []),
  );
}

function announce(router: DesiredRouterNamespace, leg: DesiredLeg, known: readonly string[]): Announce | undefined {
  const addresses = leg.addresses
    .map(({ address }) => address)
    .filter((address) => address.includes(".") && !known.includes(address));
  if (addresses.length === 0) return undefined;
  return { kind: "announce", resource: router.resource, netns: router.name, device: leg.device, addresses };
}
