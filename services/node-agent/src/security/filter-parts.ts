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
  const [gone, come] = [objectsOtherwise(before, after), objectsOtherwise(after, before)];
  if (gone.size === 0 && come.size === 0) return false;
  const indifferent = new Set([...ofZonesAlone(gone, after), ...ofZonesAlone(come, before)]);
  return [...gone.keys(), ...come.keys()].some((identity) => !indifferent.has(identity));
}

/** Objects of the one that the other has not, or otherwise. */
const objectsOtherwise = (one: FilterObjects, other: FilterObjects): FilterObjects =>
  new Map([...one].filter(([identity, object]) => !sameObject(other.get(identity), object)));

/** What stands for bridges that have a zone among some objects and none in a filter. */
const ofZonesAlone = (objects: FilterObjects, filter: FilterObjects): string[] =>
  [...objects.values()].flatMap((object) => {
    const zone = zoneIn(object);
    if (zone === undefined) return [];
    const own = Object.values(layouts).flatMap((layout) => layout.bridge(zone.bridge, zone.number));
    const isThere = own.some((each) => zoneIn(each) !== undefined && filter.has(identityOf(each)));
    return isThere ? [] : own.map(identityOf);
  });

/** Whether any bridge has a zone. */
export const hasZones = (filter: FilterObjects): boolean =>
  [...filter.values()].some((object) => zoneIn(object) !== undefined);

/** Bridge -> zone, whichever backend gave it: one that takes another's place keeps the connections. */
export const zonesIn = (filter: FilterObjects): ReadonlyMap<string, number> => zonesByBridge(zoneObjects(filter));

const zoneObjects = following((identity, filter: Lookup<FilterObject>) => zoneIn(filter.get(identity)));

const zonesByBridge = spreading(({ bridge, number }: GivenZone) => [[bridge, number] as const]);

interface GivenZone {
  readonly bridge: string;
  readonly number: number;
}

/** The zone that an object gives a bridge. */
export function zoneIn(object: FilterObject | undefined): GivenZone | undefined {
  const [bridge, number] = (object && (nftLayout.zoneIn(object) ?? iptablesLayout.zoneIn(object))) ?? [];
  return bridge === undefined || number === undefined ? undefined : { bridge, number };
}
