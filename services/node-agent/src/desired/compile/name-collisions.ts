import { hostEnd, networkBridge } from "../device-names.ts";
import { type ResourceKey, resourceKey } from "../resource-key.ts";
import type { SortedResources } from "./sort-resources.ts";

interface Claim {
  readonly resource: ResourceKey;
  /** Of the network or port that the device would stand for. */
  readonly id: string;
}

/** Resources whose devices would bear one name: all of them are refused, since the second would take the first one's packets. */
export function nameCollisions({ networks, ports, routers, dhcpServers }: SortedResources): Map<ResourceKey, string> {
  const claims = new Map<string, Claim[]>();
  const claim = (device: string, resource: ResourceKey, id: string) => {
    const others = claims.get(device) ?? [];
    if (!others.some((other) => other.id === id && other.resource === resource)) others.push({ resource, id });
    claims.set(device, others);
  };
  for (const [key, { networkId }] of networks) claim(networkBridge(networkId), key, networkId);
  for (const [key, { portId }] of ports) claim(hostEnd(portId), key, portId);
  for (const [key, { portId }] of dhcpServers) claim(hostEnd(portId), key, portId);
  for (const [key, { gateway, interfaces }] of routers) {
    for (const { portId } of gateway === undefined ? interfaces : [gateway, ...interfaces]) {
      claim(hostEnd(portId), key, portId);
    }
  }
  return new Map([...claims].filter(([, claimants]) => claimants.length > 1).flatMap(collisionErrors));
}

function collisionErrors([device, claimants]: [string, Claim[]]): [ResourceKey, string][] {
  return claimants.map((claimant) => {
    const others = claimants.filter((other) => other !== claimant).map((other) => nameOf(other));
    return [
      claimant.resource,
      `device name ${device} is also that of ${others.join(", ")}: give one of them another id`,
    ];
  });
}

function nameOf({ resource, id }: Claim): string {
  return resource.endsWith(id) ? resource : `${resourceKey("port", id)} of ${resource}`;
}
