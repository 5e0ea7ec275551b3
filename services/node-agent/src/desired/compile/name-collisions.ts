import { hostEnd, networkBridge, portDevice } from "../device-names.ts";
import { type ResourceKey, resourceKey } from "../resource-key.ts";
import type { SortedResources } from "./sort-resources.ts";

interface Claim {
  readonly resource: ResourceKey;
  /** Of the network or port that the device would stand for. */
  readonly id: string;
}

/** Resources whose devices would bear one name: all of them are refused, since the second would take the first one's packets. */
export function nameCollisions({ networks, ports, routers, dhcpServers }: SortedResources): Map<ResourceKey, string> {
  const made = new Claims();
  for (const [key, { networkId }] of networks) made.add(networkBridge(networkId), key, networkId);
  for (const [key, { portId }] of ports) made.add(hostEnd(portId), key, portId);
  for (const [key, { portId }] of dhcpServers) made.add(hostEnd(portId), key, portId);
  for (const [key, { gateway, interfaces }] of routers) {
    for (const { portId } of gateway === undefined ? interfaces : [gateway, ...interfaces]) {
      made.add(hostEnd(portId), key, portId);
    }
  }
  // Apart from those: what somebody named must not refuse what is made of ids.
  const plugged = new Claims();
  for (const [key, port] of ports) plugged.add(portDevice(port), key, port.portId);
  return new Map([
    ...plugged.collisions(
      (device, others) => `device ${device} is bound to ${others} too: bind one of them to another`,
    ),
    ...made.collisions(
      (device, others) => `device name ${device} is also that of ${others}: give one of them another id`,
    ),
  ]);
}

/** Who would have a device of a name. */
class Claims {
  readonly #byDevice = new Map<string, Claim[]>();

  add(device: string, resource: ResourceKey, id: string): void {
    const others = this.#byDevice.get(device) ?? [];
    if (!others.some((other) => other.id === id && other.resource === resource)) others.push({ resource, id });
    this.#byDevice.set(device, others);
  }

  /** @param words for one of them, with all others. */
  collisions(words: (device: string, others: string) => string): [ResourceKey, string][] {
    return [...this.#byDevice].flatMap(([device, claimants]) =>
      claimants.length < 2
        ? []
        : claimants.map((one): [ResourceKey, string] => {
            const others = claimants.filter((other) => other !== one).map(nameOf);
            return [one.resource, words(device, others.join(", "))];
          }),
    );
  }
}

function nameOf({ resource, id }: Claim): string {
  return resource.endsWith(id) ? resource : `${resourceKey("port", id)} of ${resource}`;
}
