import type { DesiredKernel } from "../desired/desired-kernel.ts";
import type { ObservedKernel } from "../observed/observed-kernel.ts";
import type { Operation } from "./operation.ts";
import { planAnnouncements } from "./plan-announcements.ts";
import { settle, unsettled } from "./settled.ts";
import { startDraft } from "./steps/draft.ts";
import { planBridgeRemoval, planBridges } from "./steps/plan-bridges.ts";
import { planConfinement, planConfinementRemoval } from "./steps/plan-confinement.ts";
import { planClosing, planOpening } from "./steps/plan-doors.ts";
import { planRevokedFlows } from "./steps/plan-flows.ts";
import { planForgottenLeases, planHelperRemoval, planHelpers } from "./steps/plan-helpers.ts";
import { planInstancePorts, planUnbinding } from "./steps/plan-instance-ports.ts";
import { planAddresses, planAddressRemoval, planDevices, planLegRemoval } from "./steps/plan-legs.ts";
import { planLoopback, planNamespaceRemoval, planNamespaces } from "./steps/plan-namespaces.ts";
import { planOverlayRemoval, planOverlays } from "./steps/plan-overlays.ts";
import { planPatches, planPatchRemoval } from "./steps/plan-patches.ts";
import { planRouterFilter, planRouterFilterRemoval } from "./steps/plan-router-filter.ts";
import { planRouteRemoval, planRoutes } from "./steps/plan-routes.ts";
import { planSecurity, planSecurityRemoval } from "./steps/plan-security.ts";
import { planTables } from "./steps/plan-tables.ts";
import { planVlanRemoval, planVlans } from "./steps/plan-vlans.ts";

/** The operations that turn what is observed into what is desired, in the order they must run. None: it is what it should be.
 *  Doors that are to be closed are closed first. Rules stand before the first packet can come: before devices are up,
 *  addresses answer and doors are opened. Connections of revoked access
 *  go as soon as no rule makes new ones. Additions come before deletions, so that no interface is ever without an address
 *  in between: the kernel drops the routes of one that is. */
export function plan(desired: DesiredKernel, observed: ObservedKernel): Operation[] {
  if (asDesired.get(observed) === desired) return [];
  const operations = planned(desired, observed);
  if (operations.length === 0) asDesired.set(observed, desired);
  return operations;
}

/** What was looked at and found to be what it should be: the same again would make no other plan. */
const asDesired = new WeakMap<ObservedKernel, DesiredKernel>();

function planned(desired: DesiredKernel, observed: ObservedKernel): Operation[] {
  const draft = startDraft(observed);
  const routers = unsettled(desired.routers.values(), observed);
  const namespaces = [...routers, ...unsettled(desired.dhcpServers.values(), observed)];
  planClosing(routers, draft);
  planSecurity(desired, draft);
  planBridges(desired, draft);
  planOverlays(desired, draft);
  planVlans(desired, draft);
  planPatches(desired, draft);
  planNamespaces(namespaces, draft);
  for (const router of routers) {
    planRouterFilter(router, draft);
    planTables(router, draft);
    planRouterFilterRemoval(router, draft);
  }
  for (const router of routers) planRevokedFlows(router, observed.namespaces.get(router.name), draft);
  planConfinement(desired, draft);
  planDevices(namespaces, draft);
  for (const namespace of namespaces) {
    planLoopback(namespace, draft);
    planAddresses(namespace, draft);
  }
  for (const router of routers) planRoutes(router, draft);
  planHelpers(desired, draft);
  planForgottenLeases(desired, draft);
  planOpening(namespaces, routers, draft);
  planInstancePorts(desired, draft);
  planAnnouncements(routers, observed, draft);

  planHelperRemoval(desired, draft);
  for (const router of routers) planRouteRemoval(router, draft);
  for (const namespace of namespaces) {
    planAddressRemoval(namespace, draft);
    planLegRemoval(namespace, draft);
  }
  planNamespaceRemoval(desired, draft);
  planConfinementRemoval(desired, draft);
  planUnbinding(desired, draft);
  planSecurityRemoval(desired, draft);
  planOverlayRemoval(desired, draft);
  planVlanRemoval(desired, draft);
  planPatchRemoval(desired, draft);
  planBridgeRemoval(desired, draft);
  settle(namespaces, draft.operations, observed);
  return [...draft.operations];
}
