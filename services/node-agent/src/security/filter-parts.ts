import type { ResourceKey } from "../desired/resource-key.ts";
import { following } from "../observed/following.ts";
import { remembering, rememberingLast, rememberingPair } from "../observed/remember.ts";
import { type FilterObjects, identityOf, sameObject } from "./filter-object.ts";
import { type FilterPart, part } from "./filter-part.ts";
import { iptablesLayout } from "./iptables/iptables-layout.ts";
import type { Layout } from "./layout.ts";
import type { GroupRules, PortSecurity, RemoteAddresses, Security, SecurityBackend } from "./model.ts";
import { nftLayout } from "./nft/nft-layout.ts";
import { element } from "./objects.ts";

const layouts: Readonly<Record<SecurityBackend, Layout>> = { nftables: nftLayout, iptables: iptablesLayout };

/** A bridge's conntrack zone. */
export interface BridgeZone {
  readonly bridge: string;
  readonly zone: number;
  readonly resource: ResourceKey;
}

/** Everything that should stand in the packet filter, each part behind what it refers to. A part of what is the very same
 *  is the very same part.
 *  @param foreign devices of others that are named like ours. */
export function filterParts(
  { backend, ports, groups, remotes }: Security,
  zones: readonly BridgeZone[],
  foreign: readonly string[],
): FilterPart[] {
  const layout = layouts[backend];
  const base = basePart(layout, zones[0]?.resource ?? "", foreign);
  return [
    base,
    ...zones.map((zone) => bridgePart(layout, zone)),
    ...[...remotes.values()].map((remote) => remotePart(layout, remote)),
    ...[...groups.values()].map((group) => groupPart(layout, group)),
    ...[...ports.values()].map((port) => portPart(layout, port)),
  ];
}

const baseAsLastTime = rememberingLast<Layout, FilterPart>();

const basePart = (layout: Layout, resource: ResourceKey, foreign: readonly string[]): FilterPart =>
  baseAsLastTime(layout, [resource, ...foreign], () =>
    part(resource, [...layout.base, ...foreign.map((device) => element("bridge", "foreign", `"${device}"`))]),
  );

const bridgePart = rememberingPair(
  (layout: Layout, { bridge, zone, resource }: BridgeZone): FilterPart => part(resource, layout.bridge(bridge, zone)),
);

const remotePart = rememberingPair((layout: Layout, remote: RemoteAddresses): FilterPart => {
  const [resource = "", ...others] = remote.resources;
  return { ...part(resource, layout.remote(remote), others), owner: "sets" };
});

const groupPart = rememberingPair(
  (layout: Layout, group: GroupRules): FilterPart => part(group.resource, layout.group(group)),
);

const portPart = rememberingPair(
  (layout: Layout, port: PortSecurity): FilterPart => ({
    ...part(port.resource, layout.port(port)),
    owner: port.device,
  }),
);

/** Whether other connections may be let through than before: bridges that came or went had no ports yet, or have none any
 *  more, so what stands for them alone decides nothing. */
export function decidesOtherwise(before: FilterObjects, after: FilterObjects): boolean {
  if (before === after) return false;
  const [zonesBefore, zonesAfter] = [zonesIn(before), zonesIn(after)];
  const cameOrWent = [
    ...[...zonesBefore].filter(([bridge]) => !zonesAfter.has(bridge)),
    ...[...zonesAfter].filter(([bridge]) => !zonesBefore.has(bridge)),
  ];
  const indifferent = new Set(
    cameOrWent.flatMap(([bridge, zone]) =>
      Object.values(layouts).flatMap((layout) => layout.bridge(bridge, zone).map(identityOf)),
    ),
  );
  const differs = (one: FilterObjects, other: FilterObjects): boolean =>
    [...one].some(([identity, object]) => !indifferent.has(identity) && !sameObject(other.get(identity), object));
  return differs(before, after) || differs(after, before);
}

/** Bridge -> zone, whichever backend gave it: one that takes another's place keeps the connections. */
export const zonesIn = (filter: FilterObjects): ReadonlyMap<string, number> => zonesBy(zoneObjects(filter));

const zoneObjects = following((identity, filter: FilterObjects) => {
  const object = filter.get(identity);
  return object && (nftLayout.zoneIn(object) ?? iptablesLayout.zoneIn(object));
});

const zonesBy = remembering(
  (objects: ReadonlyMap<string, readonly [bridge: string, zone: number]>): ReadonlyMap<string, number> =>
    new Map(objects.values()),
);
