import type { ResourceKey } from "../resource-key.ts";
import type { SortedResources } from "./sort-resources.ts";

/** A port whose instance has a name, here or on another node. */
export interface NamedPort {
  readonly resource: ResourceKey;
  readonly portId: string;
  readonly dnsName: string;
  readonly ipAddresses: readonly string[];
}

/** By network. Of networks that aren't on the overlay only the ports here are known. */
export function namedPorts({ ports, forwardings }: SortedResources): Map<string, NamedPort[]> {
  const byNetwork = new Map<string, NamedPort[]>();
  for (const [resource, { networkId, portId, dnsName, ipAddresses }] of [...ports, ...forwardings]) {
    if (dnsName === "") continue;
    const named = byNetwork.get(networkId) ?? [];
    byNetwork.set(networkId, named);
    named.push({ resource, portId, dnsName, ipAddresses });
  }
  return byNetwork;
}
