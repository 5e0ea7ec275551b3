import { editLink, editNamespace } from "../../observed/edit-kernel.ts";
import type { ObservedKernel } from "../../observed/observed-kernel.ts";
import type { AddAddress, DeleteAddress, DeleteRoute, ReplaceRoute } from "../operation.ts";

export function afterAddAddress(before: ObservedKernel, { netns, device, address }: AddAddress): ObservedKernel {
  return editLink(before, netns, device, (link) => ({
    ...link,
    addresses: link.addresses.includes(address) ? link.addresses : [...link.addresses, address],
  }));
}

/** A device that loses its last IPv4 address loses its IPv4 routes: the reason why additions come first. */
export function afterDeleteAddress(before: ObservedKernel, { netns, device, address }: DeleteAddress): ObservedKernel {
  let lastIpv4Gone = false;
  const changed = editLink(before, netns, device, (link) => {
    const addresses = link.addresses.filter((each) => each !== address);
    lastIpv4Gone = !addresses.some((each) => each.includes("."));
    return { ...link, addresses };
  });
  if (!lastIpv4Gone) return changed;
  return editNamespace(changed, netns, (namespace) => ({
    ...namespace,
    routes: namespace.routes.filter((route) => route.device !== device || route.family === 6),
  }));
}

export function afterReplaceRoute(before: ObservedKernel, operation: ReplaceRoute): ObservedKernel {
  const { netns, destination, family, nextHop, device } = operation;
  return editNamespace(before, netns, (namespace) => ({
    ...namespace,
    routes: [
      ...namespace.routes.filter((route) => route.destination !== destination || route.family !== family),
      { destination, family, nextHop, device },
    ],
  }));
}

export function afterDeleteRoute(before: ObservedKernel, { netns, destination, family }: DeleteRoute): ObservedKernel {
  return editNamespace(before, netns, (namespace) => ({
    ...namespace,
    routes: namespace.routes.filter((route) => route.destination !== destination || route.family !== family),
  }));
}
