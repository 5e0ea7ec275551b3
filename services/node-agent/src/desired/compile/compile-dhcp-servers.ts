import type { ConfinedElement } from "../../observed/confinement.ts";
import type { DesiredHelper } from "../desired-helper.ts";
import type { DesiredNamespace } from "../desired-kernel.ts";
import type { DhcpSettings } from "../host-facts.ts";
import { type ResourceKey, resourceKey } from "../resource-key.ts";
import type { Carriers } from "./carriers.ts";
import { compileDhcpServer } from "./compile-dhcp.ts";
import { requestsKeptFor } from "./kept-requests.ts";
import { namedPorts } from "./named-ports.ts";
import { orRefuse } from "./or-refuse.ts";
import type { SortedResources } from "./sort-resources.ts";

export interface DhcpServers {
  /** By name. */
  readonly namespaces: ReadonlyMap<string, DesiredNamespace>;
  readonly helpers: readonly DesiredHelper[];
  readonly keptRequests: ReadonlyMap<ConfinedElement, ResourceKey>;
}

/** The servers of all networks here. One that can't be realised, and a port that can't be served, goes into `errors`. */
export function compileDhcpServers(
  sorted: SortedResources,
  carriers: Carriers,
  settings: DhcpSettings,
  errors: Map<ResourceKey, string>,
): DhcpServers {
  const namespaces = new Map<string, DesiredNamespace>();
  const helpers: DesiredHelper[] = [];
  const keptRequests = new Map<ConfinedElement, ResourceKey>();
  const named = namedPorts(sorted);
  for (const [key, dhcp] of sorted.dhcpServers) {
    const ports = [...sorted.ports].filter(([, { networkId }]) => networkId === dhcp.networkId);
    const known = { ports, named: named.get(dhcp.networkId) ?? [] };
    const told = toldIn(dhcp.networkId, sorted, settings);
    const server = orRefuse(key, errors, () => compileDhcpServer(key, dhcp, known, carriers, told));
    if (server === undefined) continue;
    namespaces.set(server.namespace.name, server.namespace);
    helpers.push(server.helper);
    for (const request of requestsKeptFor(dhcp, sorted)) keptRequests.set(request, key);
    for (const [port, error] of server.errors) errors.set(port, error);
  }
  return { namespaces, helpers, keptRequests };
}

/** What the instances of a network are told: the network's own domain, if it has one, goes before the node's. */
export function toldIn(networkId: string, { networks }: SortedResources, settings: DhcpSettings): DhcpSettings {
  return { ...settings, domain: networks.get(resourceKey("network", networkId))?.dnsDomain || settings.domain };
}
