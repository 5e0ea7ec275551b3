import type { ResourceKey } from "../desired/resource-key.ts";
import { following, type Lookup, spreading, uniting } from "../observed/following.ts";
import { remembering, rememberingLast, rememberingPair } from "../observed/remember.ts";
import { type FilterObject, type FilterObjects, identityOf, sameObject } from "./filter-object.ts";
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

/** Everything that should stand in the packet filter, each part behind what it refers to. A part of what is the very same is
 *  the very same part.
 *  @param zones of bridges, by their names.
 *  @param foreign devices of others that are named like ours. */
export function filterParts(
  { backend, ports, groups, remotes }: Security,
  zones: ReadonlyMap<string, BridgeZone>,
  foreign: readonly string[],
): ReadonlyMap<string, FilterPart> {
  const layout = layouts[backend];
  const [first] = zones.values();
  const base = new Map([["0 base", basePart(layout, first?.resource ?? "", foreign)]]);
  const of = partsOf(layout);
  return of.all(base, of.bridges(zones), of.remotes(remotes), of.groups(groups), of.ports(ports));
}

const partsOf = remembering((layout: Layout) => ({
  bridges: each("1 bridge", (zone: BridgeZone) => bridgePart(layout, zone)),
  remotes: each("2 remote", (remote: RemoteAddresses) => remotePart(layout, remote)),
  groups: each("3 group", (group: GroupRules) => groupPart(layout, group)),
  ports: each("4 port", (port: PortSecurity) => portPart(layout, port)),
  all: uniting<FilterPart>(),
}));

/** A part for each entry, under names that have the kinds in their order. */
const each = <V>(kind: string, partOf: (value: V) => FilterPart) =>
  spreading((value: V, key) => [[`${kind} ${key}`, partOf(value)] as const]);

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
  // Of what two single rules say too, which must not be taken for what follows on a host's.
  const [zonesBefore, zonesAfter] = [zonesAmong(before), zonesAmong(after)];
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
export const zonesIn = (filter: FilterObjects): ReadonlyMap<string, number> => zonesByBridge(zoneObjects(filter));

const zoneObjects = following((identity, filter: Lookup<FilterObject>) => {
  const object = filter.get(identity);
  return object && zoneIn(object);
});

const zonesByBridge = spreading((zone: readonly [bridge: string, zone: number]) => [zone]);

/** As `zonesIn`, of any objects, all of them gone through. */
const zonesAmong = (objects: FilterObjects): ReadonlyMap<string, number> =>
  new Map([...objects.values()].map(zoneIn).filter((zone) => zone !== undefined));

const zoneIn = (object: FilterObject): readonly [bridge: string, zone: number] | undefined =>
  nftLayout.zoneIn(object) ?? iptablesLayout.zoneIn(object);
