import { isInstanceDevice } from "@rhumbline/net";
import type { DesiredBridge, DesiredKernel } from "../../desired/desired-kernel.ts";
import type { ResourceKey } from "../../desired/resource-key.ts";
import { following, grouping, type Lookup, spreading } from "../../observed/following.ts";
import type { ObservedConnection, ObservedKernel, ObservedLink } from "../../observed/observed-kernel.ts";
import { rememberingLast } from "../../observed/remember.ts";
import { revokedMark } from "../../security/bridge/marks.ts";
import { deviceOf, ownerOf } from "../../security/device-of.ts";
import { containerOf, type FilterElement, type FilterObject } from "../../security/filter-object.ts";
import { type FilterPart, objectsIn } from "../../security/filter-part.ts";
import { type BridgeZone, filterParts, zonesIn } from "../../security/filter-parts.ts";
import type { Security } from "../../security/model.ts";
import { permits } from "../../security/permits.ts";
import { deviceStateOf } from "../instance-device.ts";
import type { Operation } from "../operation.ts";
import type { Units } from "../settled.ts";
import { elementsSight, filterSight, type Sight } from "../sight.ts";
import type { Draft } from "./draft.ts";
import { type FreeZone, freeZones } from "./free-zones.ts";
import { planFilterPart } from "./plan-filter-part.ts";

/** What planning one looks at: what stands of it, and what else may be its own. */
export const sightsOfPart = (part: FilterPart): Sight[] => [
  ...[...objectsIn(part).keys()].map(filterSight),
  ...ownersOf(part).map(elementsSight),
];

/** What filters the ports, before any of them joins its bridge. What revoked rules let through goes at once: rules first.
 *  @returns the parts that were planned. */
export function planSecurity(desired: DesiredKernel, units: Units<FilterPart>, draft: Draft): readonly FilterPart[] {
  const zones = planZones(desired, draft);
  const wanted = wantedParts(desired, zones, draft.kernel());
  const planned = units.unsettled(wanted, draft.observed);
  const elements = elementsByOwner(draft.kernel().filter);
  const identities = identitiesOf(wanted);
  for (const part of planned) {
    const owned = ownersOf(part).flatMap((owner) => [...(elements.get(owner)?.values() ?? [])]);
    // The others go with their set or map, once nothing is decided by it: it may be the other backend's.
    const staying = owned.flatMap((each) => (isElement(each) && identities.has(containerOf(each)) ? [each] : []));
    planFilterPart("", part, staying, draft);
  }
  planConnections(desired, zones, draft);
  return planned;
}

const wantedParts = (
  desired: DesiredKernel,
  zones: ReadonlyMap<string, BridgeZone>,
  observed: ObservedKernel,
): ReadonlyMap<string, FilterPart> =>
  desired.bridges.size === 0 && desired.instancePorts.size === 0
    ? new Map()
    : filterParts(withoutUnfit(desired, observed), zones, foreignTaps(desired, observed));

/** What a device of somebody else's does, whatever port names it, is not ours to filter. */
function withoutUnfit({ security, instancePorts }: DesiredKernel, observed: ObservedKernel): Security {
  const unfit = [...instancePorts.values()].filter((port) => deviceStateOf(port, observed).kind === "unfit");
  if (unfit.length === 0) return security;
  const ports = new Map(security.ports);
  for (const { device } of unfit) ports.delete(device);
  return { ...security, ports };
}

const ownersOf = ({ owner, objects }: FilterPart): string[] =>
  owner === undefined
    ? []
    : owner === "sets"
      ? objects.flatMap((each) => (each.kind === "set" ? [each.name] : []))
      : [owner];

const isElement = (object: FilterObject): object is FilterElement => object.kind === "element";

const elementsByOwner = grouping((object: FilterObject) => (isElement(object) ? [ownerOf(object)] : []));

/** Each tracked bridge keeps the zone that it has; a new one gets one that is free, without what an earlier bridge may have left
 *  in it. To go through connections takes the kernel 10 ms: a zone that surely has none is not asked for any. */
function planZones({ bridges }: DesiredKernel, draft: Draft): ReadonlyMap<string, BridgeZone> {
  const { filter, usedZones } = draft.kernel();
  const zones = zonesIn(filter);
  const standing = zonesOf(bridges, zones);
  const fresh = zoneless(bridges, zones);
  if (fresh.size === 0) return standing;
  const holders = bridgesByZone(zones);
  const nextFree = freeZones((zone) => holders.has(`${zone}`), usedZones);
  return standing.withAll(
    [...fresh.values()].map((bridge) => [bridge.name, zoneOf(bridge, zoneWithout(nextFree(), bridge.resource, draft))]),
  );
}

const bridgesByZone = spreading((zone: number, bridge) => [[`${zone}`, bridge] as const]);

const zoneAsLastTime = rememberingLast<DesiredBridge, BridgeZone>();

const zoneOf = (bridge: DesiredBridge, zone: number): BridgeZone =>
  zoneAsLastTime(bridge, [zone], () => ({ bridge: bridge.name, zone, resource: bridge.resource }));

/** Of the bridges that have one. */
const zonesOf = following((name, bridges: Lookup<DesiredBridge>, zones: Lookup<number>) => {
  const [bridge, zone] = [bridges.get(name), zones.get(name)];
  return bridge && zone !== undefined ? zoneOf(bridge, zone) : undefined;
});

const zoneless = following((name, bridges: Lookup<DesiredBridge>, zones: Lookup<number>) =>
  zones.has(name) ? undefined : bridges.get(name),
);

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
  return [...unboundTaps(links).keys()].filter((name) => !isToBeBound(name));
}

const unboundTaps = following((name, links: Lookup<ObservedLink>) => {
  const link = links.get(name);
  const isUnbound = link?.master !== undefined && !link.ours && link.boundTo === undefined;
  return isUnbound && name.startsWith("tap") && !isInstanceDevice(name) ? link : undefined;
});

/** Connections of which the rules let nothing through any more are marked, and unmarked when they do again. Deleted ones
 *  would come back: a server's next packet looks like the beginning of a connection that its port may make. */
function planConnections({ security }: DesiredKernel, zones: ReadonlyMap<string, BridgeZone>, draft: Draft): void {
  if (draft.kernel().connections.length === 0) return;
  for (const { bridge, zone, resource } of zones.values()) {
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
  const wanted = wantedParts(desired, zonesOf(desired.bridges, zonesIn(filter)), draft.kernel());
  const stale = [...staleObjects(filter, identitiesOf(wanted)).values()];
  const isLeft = (object: FilterObject): boolean => desired.untouched.has(deviceOf(object) ?? "");
  const remove = stale.some(isLeft)
    ? stale.filter((object) => deviceOf(object) !== undefined && !isLeft(object))
    : stale;
  if (remove.length === 0) return;
  draft.add({ kind: "change-filter", resource: "", netns: "", alsoServes: [], put: [], remove });
}

/** Identity -> the part that has it. */
const identitiesOf = spreading((part: FilterPart) =>
  [...objectsIn(part).keys()].map((identity) => [identity, part] as const),
);

/** What no part has. */
const staleObjects = following((identity, filter: Lookup<FilterObject>, wanted: Lookup<FilterPart>) =>
  wanted.has(identity) ? undefined : filter.get(identity),
);
