import { isInstanceDevice } from "@rhumbline/net";
import type { DesiredBridge, DesiredKernel } from "../../desired/desired-kernel.ts";
import type { ResourceKey } from "../../desired/resource-key.ts";
import type { ObservedConnection, ObservedKernel } from "../../observed/observed-kernel.ts";
import { remembering, rememberingLast } from "../../observed/remember.ts";
import { revokedMark } from "../../security/bridge/marks.ts";
import { deviceOf } from "../../security/device-of.ts";
import {
  containerOf,
  type FilterElement,
  type FilterObject,
  type FilterObjects,
  identityOf,
} from "../../security/filter-object.ts";
import { type FilterPart, objectsIn } from "../../security/filter-part.ts";
import { type BridgeZone, filterParts, zonesIn } from "../../security/filter-parts.ts";
import type { Security } from "../../security/model.ts";
import { permits } from "../../security/permits.ts";
import { deviceStateOf } from "../instance-device.ts";
import type { Operation } from "../operation.ts";
import type { Draft } from "./draft.ts";
import { type FreeZone, freeZones } from "./free-zones.ts";
import { planFilterPart } from "./plan-filter-part.ts";

/** What filters the ports, before any of them joins its bridge. What revoked rules let through goes at once: rules first. */
export function planSecurity(desired: DesiredKernel, draft: Draft): void {
  const zones = planZones(desired, draft);
  const wanted = parts(desired, zones, draft.kernel());
  const elements = wanted.some(({ owner }) => owner !== undefined)
    ? elementsByOwner(draft.kernel().filter, containersIn(wanted))
    : undefined;
  for (const part of wanted) {
    const owned = ownersOf(part).flatMap((owner) => elements?.get(owner) ?? []);
    planPart(part, owned, draft);
  }
  planConnections(desired, zones, draft);
}

/** Parts without elements of their own alone -> the filter in which they were found to stand. */
const standingIn = new WeakMap<FilterPart, FilterObjects>();

function planPart(part: FilterPart, owned: readonly FilterElement[], draft: Draft): void {
  const { filter } = draft.kernel();
  if (owned.length === 0 && standingIn.get(part) === filter) return;
  planFilterPart("", part, owned, draft);
  if (owned.length === 0 && draft.kernel().filter === filter) standingIn.set(part, filter);
}

const parts = (desired: DesiredKernel, zones: readonly BridgeZone[], observed: ObservedKernel): FilterPart[] =>
  desired.bridges.size === 0 && desired.instancePorts.size === 0
    ? []
    : filterParts(withoutUnfit(desired, observed), zones, foreignTaps(desired, observed));

/** What a device of somebody else's does, whatever port names it, is not ours to filter. */
function withoutUnfit({ security, instancePorts }: DesiredKernel, observed: ObservedKernel): Security {
  const unfit = [...instancePorts.values()].filter((port) => deviceStateOf(port, observed).kind === "unfit");
  const ports = new Map(security.ports);
  for (const { device } of unfit) ports.delete(device);
  return { ...security, ports };
}

/** A port's elements lie in sets that all ports share, and begin with its device; all others belong to their set. */
const ownerOf = (element: FilterElement): string => deviceOf(element) ?? element.set;

const ownersOf = ({ owner, objects }: FilterPart): string[] =>
  owner === undefined
    ? []
    : owner === "sets"
      ? objects.flatMap((each) => (each.kind === "set" ? [each.name] : []))
      : [owner];

const containersIn = (wanted: readonly FilterPart[]): Set<string> =>
  new Set(
    wanted.flatMap(({ objects }) => objects.filter(({ kind }) => kind === "set" || kind === "map").map(identityOf)),
  );

/** Those whose set or map is to stay. The others go with it, once nothing is decided by it: it may be the other backend's. */
function elementsByOwner(filter: FilterObjects, staying: ReadonlySet<string>): Map<string, FilterElement[]> {
  const owned = new Map<string, FilterElement[]>();
  for (const object of filter.values()) {
    if (object.kind !== "element" || !staying.has(containerOf(object))) continue;
    const owner = ownerOf(object);
    const others = owned.get(owner);
    if (others === undefined) owned.set(owner, [object]);
    else others.push(object);
  }
  return owned;
}

/** Each tracked bridge keeps the zone that it has; a new one gets one that is free, without what an earlier bridge may have left
 *  in it. To go through connections takes the kernel 10 ms: a zone that surely has none is not asked for any. */
function planZones(desired: DesiredKernel, draft: Draft): BridgeZone[] {
  const standing = zonesIn(draft.kernel().filter);
  const nextFree = freeZones(new Set(standing.values()), draft.kernel().usedZones);
  return [...desired.bridges.values()].map((bridge) =>
    zoneOf(bridge, standing.get(bridge.name) ?? zoneWithout(nextFree(), bridge.resource, draft)),
  );
}

const zoneAsLastTime = rememberingLast<DesiredBridge, BridgeZone>();

const zoneOf = (bridge: DesiredBridge, zone: number): BridgeZone =>
  zoneAsLastTime(bridge, [zone], () => ({ bridge: bridge.name, zone, resource: bridge.resource }));

function zoneWithout({ zone, used }: FreeZone, resource: ResourceKey, draft: Draft): number {
  if (used) draft.add({ kind: "delete-connections", resource, netns: "", zone });
  return zone;
}

/** Devices of others that are named like an instance's: they pass as if we weren't here. */
function foreignTaps({ instancePorts }: DesiredKernel, observed: ObservedKernel): string[] {
  const { links } = observed;
  const isToBeBound = (name: string): boolean => {
    const port = instancePorts.get(name);
    return port !== undefined && deviceStateOf(port, observed).kind !== "unfit";
  };
  return unboundTaps(links).filter((name) => !isToBeBound(name));
}

const unboundTaps = remembering((links: ObservedKernel["links"]): readonly string[] =>
  [...links.values()]
    .filter(({ name, ours, boundTo }) => name.startsWith("tap") && !ours && boundTo === undefined)
    .filter(({ master }) => master !== undefined)
    .map(({ name }) => name)
    .filter((name) => !isInstanceDevice(name))
    .sort(),
);

/** Connections of which the rules let nothing through any more are marked, and unmarked when they do again. Deleted ones
 *  would come back: a server's next packet looks like the beginning of a connection that its port may make. */
function planConnections({ security }: DesiredKernel, zones: readonly BridgeZone[], draft: Draft): void {
  if (draft.kernel().connections.length === 0) return;
  for (const { bridge, zone, resource } of zones) {
    const ports = [...security.ports.values()].filter((port) => port.bridge === bridge);
    const connections = draft.kernel().connections.filter((connection) => connection.zone === zone);
    const differing = (revoked: boolean): ObservedConnection[] =>
      connections.filter((connection) => {
        const permitted = permits(security, ports, connection);
        return revoked ? !permitted && connection.mark !== revokedMark : permitted && connection.mark === revokedMark;
      });
    for (const revoked of [true, false]) {
      const changed = differing(revoked);
      if (changed.length === 0) continue;
      draft.add({
        kind: "mark-connections",
        resource,
        netns: "",
        connections: changed,
        mark: revoked ? revokedMark : 0,
      });
    }
  }
}

/** Whether the plan is to be made by connections of this moment: it changes what filters the ports of a bridge that has some.
 *  A router forgets what it translated, seen or not; what filters ports marks those connections of which it knows. */
export function decidesOverConnections(
  { security }: DesiredKernel,
  { filter }: ObservedKernel,
  operations: readonly Operation[],
): boolean {
  if (!operations.some(({ kind, netns }) => kind === "change-filter" && netns === "")) return false;
  const zones = zonesIn(filter);
  return [...security.ports.values()].some(({ filtered, bridge }) => filtered && zones.has(bridge));
}

/** What filters ports, groups and bridges that are no more. While a port is left as it is, so is what its chains refer to. */
export function planSecurityRemoval(desired: DesiredKernel, draft: Draft): void {
  const { filter } = draft.kernel();
  const standing = zonesIn(filter);
  const zones = [...desired.bridges.values()].flatMap((bridge) => {
    const zone = standing.get(bridge.name);
    return zone === undefined ? [] : [zoneOf(bridge, zone)];
  });
  const wanted = parts(desired, zones, draft.kernel());
  const stale = staleAsLastTime(filter, wanted, () => staleIn(filter, wanted));
  const isLeft = (object: FilterObject): boolean => desired.untouched.has(deviceOf(object) ?? "");
  const remove = stale.some(isLeft)
    ? stale.filter((object) => deviceOf(object) !== undefined && !isLeft(object))
    : stale;
  if (remove.length === 0) return;
  draft.add({ kind: "change-filter", resource: "", netns: "", alsoServes: [], put: [], remove });
}

const staleAsLastTime = rememberingLast<FilterObjects, readonly FilterObject[]>();

function staleIn(filter: FilterObjects, wanted: readonly FilterPart[]): FilterObject[] {
  const identities = new Set(wanted.flatMap((part) => [...objectsIn(part).keys()]));
  return [...filter].filter(([identity]) => !identities.has(identity)).map(([, object]) => object);
}
