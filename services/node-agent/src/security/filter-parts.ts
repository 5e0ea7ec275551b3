import type { ResourceKey } from "../desired/resource-key.ts";
import { type FilterObjects, identityOf, sameObject } from "./filter-object.ts";
import { type FilterPart, part } from "./filter-part.ts";
import { iptablesLayout } from "./iptables/iptables-layout.ts";
import type { Layout } from "./layout.ts";
import type { Security, SecurityBackend } from "./model.ts";
import { nftLayout } from "./nft/nft-layout.ts";
import { element } from "./objects.ts";

const layouts: Readonly<Record<SecurityBackend, Layout>> = { nftables: nftLayout, iptables: iptablesLayout };

/** Everything that should stand in the packet filter, each part behind what it refers to.
 *  @param zones bridge -> its conntrack zone.
 *  @param foreign devices of others that are named like ours. */
export function filterParts(
  { backend, ports, groups, remotes }: Security,
  zones: ReadonlyMap<string, { readonly zone: number; readonly resource: ResourceKey }>,
  foreign: readonly string[],
): FilterPart[] {
  const layout = layouts[backend];
  const [first] = zones.values();
  const base = part(first?.resource ?? "", [
    ...layout.base,
    ...foreign.map((device) => element("bridge", "foreign", `"${device}"`)),
  ]);
  return [
    base,
    ...[...zones].map(([bridge, { zone, resource }]) => part(resource, layout.bridge(bridge, zone))),
    ...[...remotes.values()].map((remote) => {
      const [resource = "", ...others] = remote.resources;
      return { ...part(resource, layout.remote(remote), others), owner: "sets" };
    }),
    ...[...groups.values()].map((group) => part(group.resource, layout.group(group))),
    ...[...ports.values()].map((port) => ({ ...part(port.resource, layout.port(port)), owner: port.device })),
  ];
}

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
export function zonesIn(filter: FilterObjects): Map<string, number> {
  const objects = [...filter.values()];
  return new Map(
    Object.values(layouts).flatMap(({ zoneIn }) =>
      objects.flatMap((object) => {
        const zone = zoneIn(object);
        return zone === undefined ? [] : [zone];
      }),
    ),
  );
}
