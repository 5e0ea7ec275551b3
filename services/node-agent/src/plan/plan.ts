import type { DesiredHelper } from "../desired/desired-helper.ts";
import type {
  DesiredBridge,
  DesiredKernel,
  DesiredNamespace,
  DesiredOverlay,
  DesiredPatch,
  DesiredRouterNamespace,
  DesiredVlan,
} from "../desired/desired-kernel.ts";
import type { ObservedKernel, ObservedNamespace } from "../observed/observed-kernel.ts";
import { rememberingLast } from "../observed/remember.ts";
import type { Operation } from "./operation.ts";
import { planAnnouncements } from "./plan-announcements.ts";
import { unitsOf } from "./settled.ts";
import { type Served, servedBy } from "./sight.ts";
import { type Draft, startDraft } from "./steps/draft.ts";
import { planBridgeRemoval, planBridges, sightsOfBridge } from "./steps/plan-bridges.ts";
import { planConfinement, planConfinementRemoval } from "./steps/plan-confinement.ts";
import { planClosing, planOpening } from "./steps/plan-doors.ts";
import { planRevokedFlows } from "./steps/plan-flows.ts";
import { planForgottenLeases, planHelperRemoval, planHelpers, sightsOfHelper } from "./steps/plan-helpers.ts";
import { planInstancePorts, planUnbinding } from "./steps/plan-instance-ports.ts";
import { planAddresses, planAddressRemoval, planDevices, planLegRemoval } from "./steps/plan-legs.ts";
import { planLoopback, planNamespaceRemoval, planNamespaces, sightsOfNamespace } from "./steps/plan-namespaces.ts";
import { planOverlayRemoval, planOverlays, sightsOfOverlay } from "./steps/plan-overlays.ts";
import { planPatches, planPatchRemoval, sightsOfPatch } from "./steps/plan-patches.ts";
import { planRouterFilter, planRouterFilterRemoval } from "./steps/plan-router-filter.ts";
import { planRouteRemoval, planRoutes } from "./steps/plan-routes.ts";
import { planSecurity, planSecurityRemoval, sightsOfPart } from "./steps/plan-security.ts";
import { planTables } from "./steps/plan-tables.ts";
import { planVlanRemoval, planVlans, sightsOfVlan } from "./steps/plan-vlans.ts";

/** The operations that turn what is observed into what is desired, in the order they must run. None: it is what it should be.
 *  Doors that are to be closed are closed first. Rules stand before the first packet can come: before devices are up,
 *  addresses answer and doors are opened. Connections of revoked access
 *  go as soon as no rule makes new ones. Additions come before deletions, so that no interface is ever without an address
 *  in between: the kernel drops the routes of one that is. */
export const plan = (desired: DesiredKernel, observed: ObservedKernel): readonly Operation[] =>
  asLastTime(observed, [desired], () => planned(desired, observed));

/** The same again would make no other plan. */
const asLastTime = rememberingLast<ObservedKernel, readonly Operation[]>();

function planned(desired: DesiredKernel, observed: ObservedKernel): readonly Operation[] {
  const draft = startDraft(observed);
  const namespaces = namespacesOf(
    units.routers.unsettled(desired.routers, observed),
    units.dhcpServers.unsettled(desired.dhcpServers, observed),
  );
  const ofHost = unsettledOnHost(desired, observed);
  planClosing(namespaces.routers, draft);
  const parts = planSecurity(desired, units.parts, draft);
  planBridges(ofHost.bridges, desired, draft);
  planOverlays(ofHost, draft);
  planVlans(ofHost.vlans, desired, draft);
  planPatches(ofHost.patches, draft);
  planRules(namespaces, observed, draft);
  planConfinement(desired, draft);
  planPresence(namespaces, draft);
  planHelpers(ofHost.helpers, draft);
  planForgottenLeases(desired, draft);
  planOpening(namespaces.all, namespaces.routers, draft);
  planInstancePorts(desired, draft);
  planAnnouncements(namespaces.routers, observed, draft);

  planHelperRemoval(desired, draft);
  planInnerRemoval(namespaces, draft);
  planNamespaceRemoval(desired, draft);
  planConfinementRemoval(desired, draft);
  planUnbinding(desired, draft);
  planSecurityRemoval(desired, draft);
  planOverlayRemoval(ofHost, desired, draft);
  planVlanRemoval(desired, draft);
  planPatchRemoval(desired, draft);
  planBridgeRemoval(desired, draft);
  const served = servedBy(draft.operations);
  settleNamespaces(namespaces, served, observed);
  units.parts.settle(parts, served, observed);
  settleOnHost(ofHost, served, observed);
  return draft.operations;
}

/** Finds out which of the namespaces that were read are as they should be, while others are still being read: a plan of all
 *  of them has nothing to do for those.
 *  @param observed the whole host, and the namespaces that were read. */
export function foresee({ routers, dhcpServers }: DesiredKernel, observed: ObservedKernel): void {
  const isNew = (unit: DesiredNamespace): boolean => {
    const namespace = observed.namespaces.get(unit.name);
    if (namespace === undefined || foreseen.get(namespace) === unit) return false;
    foreseen.set(namespace, unit);
    return true;
  };
  const read = namespacesOf(
    units.routers.unsettledOf([...routers.values()].filter(isNew), observed),
    units.dhcpServers.unsettledOf([...dhcpServers.values()].filter(isNew), observed),
  );
  const draft = startDraft(observed);
  planClosing(read.routers, draft);
  planRules(read, observed, draft);
  planPresence(read, draft);
  planOpening(read.all, read.routers, draft);
  planAnnouncements(read.routers, observed, draft);
  planInnerRemoval(read, draft);
  settleNamespaces(read, servedBy(draft.operations), observed);
}

/** For whom a namespace was looked at while others were being read: once is enough. */
const foreseen = new WeakMap<ObservedNamespace, DesiredNamespace>();

/** What is planned by itself. */
const units = {
  routers: unitsOf<DesiredRouterNamespace>(sightsOfNamespace),
  dhcpServers: unitsOf<DesiredNamespace>(sightsOfNamespace),
  parts: unitsOf(sightsOfPart),
  bridges: unitsOf(sightsOfBridge),
  overlays: unitsOf(sightsOfOverlay),
  vlans: unitsOf(sightsOfVlan),
  patches: unitsOf(sightsOfPatch),
  helpers: unitsOf(sightsOfHelper),
};

interface Namespaces {
  readonly routers: readonly DesiredRouterNamespace[];
  readonly dhcpServers: readonly DesiredNamespace[];
  readonly all: readonly DesiredNamespace[];
}

const namespacesOf = (
  routers: readonly DesiredRouterNamespace[],
  dhcpServers: readonly DesiredNamespace[],
): Namespaces => ({ routers, dhcpServers, all: [...routers, ...dhcpServers] });

function settleNamespaces({ routers, dhcpServers }: Namespaces, served: Served, observed: ObservedKernel): void {
  units.routers.settle(routers, served, observed);
  units.dhcpServers.settle(dhcpServers, served, observed);
}

interface OnHost {
  readonly bridges: readonly DesiredBridge[];
  readonly overlays: readonly DesiredOverlay[];
  readonly vlans: readonly DesiredVlan[];
  readonly patches: readonly DesiredPatch[];
  readonly helpers: readonly DesiredHelper[];
}

const unsettledOnHost = (
  { bridges, overlays, vlans, patches, helpers }: DesiredKernel,
  observed: ObservedKernel,
): OnHost => ({
  bridges: units.bridges.unsettled(bridges, observed),
  overlays: units.overlays.unsettled(overlays, observed),
  vlans: units.vlans.unsettled(vlans, observed),
  patches: units.patches.unsettled(patches, observed),
  helpers: units.helpers.unsettled(helpers, observed),
});

function settleOnHost(
  { bridges, overlays, vlans, patches, helpers }: OnHost,
  served: Served,
  observed: ObservedKernel,
): void {
  units.bridges.settle(bridges, served, observed);
  units.overlays.settle(overlays, served, observed);
  units.vlans.settle(vlans, served, observed);
  units.patches.settle(patches, served, observed);
  units.helpers.settle(helpers, served, observed);
}

/** Namespaces, and what routers translate. */
function planRules({ routers, all }: Namespaces, observed: ObservedKernel, draft: Draft): void {
  planNamespaces(all, draft);
  for (const router of routers) {
    planRouterFilter(router, draft);
    planTables(router, draft);
    planRouterFilterRemoval(router, draft);
  }
  for (const router of routers) planRevokedFlows(router, observed.namespaces.get(router.name), draft);
}

/** Their devices, addresses and routes. */
function planPresence({ routers, all }: Namespaces, draft: Draft): void {
  planDevices(all, draft);
  for (const namespace of all) {
    planLoopback(namespace, draft);
    planAddresses(namespace, draft);
  }
  for (const router of routers) planRoutes(router, draft);
}

/** What is no more in namespaces that stay. */
function planInnerRemoval({ routers, all }: Namespaces, draft: Draft): void {
  for (const router of routers) planRouteRemoval(router, draft);
  for (const namespace of all) {
    planAddressRemoval(namespace, draft);
    planLegRemoval(namespace, draft);
  }
}
