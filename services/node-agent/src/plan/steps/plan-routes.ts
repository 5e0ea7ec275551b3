import type { DesiredKernelRoute, DesiredRouterNamespace } from "../../desired/desired-kernel.ts";
import type { ObservedRoute } from "../../observed/observed-kernel.ts";
import type { Draft } from "./draft.ts";

/** A route to a destination takes the place of another in one step: there is no moment without one. */
export function planRoutes({ resource, name: netns, routes }: DesiredRouterNamespace, draft: Draft): void {
  for (const route of routes) {
    const standing = draft.namespace(netns)?.routes.find((other) => sameDestination(other, route));
    if (standing?.nextHop === route.nextHop && standing.device === route.device) continue;
    // Behind a closed door that is its own device: no kernel takes a route through one that is down.
    if (draft.namespace(netns)?.links.get(route.device)?.up === false) continue;
    draft.add({ kind: "replace-route", resource, netns, ...route });
  }
}

export function planRouteRemoval({ resource, name: netns, routes }: DesiredRouterNamespace, draft: Draft): void {
  for (const { destination, family } of draft.namespace(netns)?.routes ?? []) {
    if (routes.some((route) => sameDestination(route, { destination, family }))) continue;
    draft.add({ kind: "delete-route", resource, netns, destination, family });
  }
}

function sameDestination(
  a: Pick<DesiredKernelRoute | ObservedRoute, "destination" | "family">,
  b: Pick<DesiredKernelRoute | ObservedRoute, "destination" | "family">,
): boolean {
  return a.destination === b.destination && a.family === b.family;
}
