import type { ResourceKey } from "../../desired/resource-key.ts";
import { type FilterPart, part } from "../filter-part.ts";
import type { GroupRules, RemoteAddresses, Security } from "../model.ts";
import { baseLayout } from "./base-layout.ts";
import { chain, element, set } from "./objects.ts";
import { portLayout } from "./port-layout.ts";
import { prefixText, ruleText } from "./rule-text.ts";

/** Everything that should stand in the packet filter, each part behind what it refers to.
 *  @param zones bridge -> its conntrack zone.
 *  @param foreign devices of others that are named like ours. */
export function nftLayout(
  { ports, groups, remotes }: Security,
  zones: ReadonlyMap<string, { readonly zone: number; readonly resource: ResourceKey }>,
  foreign: readonly string[],
): FilterPart[] {
  const [first] = zones.values();
  const base = part(first?.resource ?? "", [
    ...baseLayout(),
    ...foreign.map((device) => element("bridge", "foreign", `"${device}"`)),
  ]);
  const bridges = [...zones].map(([bridge, { zone, resource }]) =>
    part(resource, [
      ...(["ip", "ip6"] as const).flatMap((table) => [
        element(table, "zones", `"${bridge}"`, String(zone)),
        element(table, "bridges", `"${bridge}"`, "jump state"),
      ]),
    ]),
  );
  return [
    base,
    ...bridges,
    ...[...remotes.values()].map(remotePart),
    ...[...groups.values()].map(groupPart),
    ...[...ports.values()].map((port) => ({ ...part(port.resource, portLayout(port)), owner: port.device })),
  ];
}

/** A set for each IP version: one member more is one element more, whatever the number of rules and ports. */
function remotePart({ name, resources: [resource = "", ...others], addresses }: RemoteAddresses): FilterPart {
  const sets = ([4, 6] as const).flatMap((family) => [
    set("bridge", `${name}-${family}`, `type ipv${family}_addr`, "flags interval"),
    ...addresses
      .filter(({ network }) => network.family === family)
      .map((prefix) => element("bridge", `${name}-${family}`, prefixText(prefix))),
  ]);
  return { ...part(resource, sets, others), owner: "sets" };
}

const groupChain = (groupId: string, direction: "ingress" | "egress"): string => `${direction}-${groupId}`;

function groupPart({ resource, id, rules }: GroupRules): FilterPart {
  const chains = (["ingress", "egress"] as const).map((direction) =>
    chain("bridge", groupChain(id, direction), rules.filter((rule) => rule.direction === direction).map(ruleText)),
  );
  return part(resource, chains);
}
