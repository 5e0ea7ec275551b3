import { persistent } from "../../../observed/persistent.ts";
import type { HostChanges, MapChanges } from "./host-changes.ts";
import type { ObservedHost } from "./observed-host.ts";

/** The host after the changes; what they leave out stays the very same value. */
export const hostAfter = (before: ObservedHost, changes: HostChanges): ObservedHost => ({
  links: mapAfter(before.links, changes.links),
  sysctls: mapAfter(before.sysctls, changes.sysctls),
  forwarding: mapAfter(before.forwarding, changes.forwarding),
  neighbours: mapAfter(before.neighbours, changes.neighbours),
  ownNamespaces: changes.ownNamespaces ?? before.ownNamespaces,
});

function mapAfter<V>(
  before: ReadonlyMap<string, V>,
  changes: MapChanges<ReadonlyMap<string, V>> | undefined,
): ReadonlyMap<string, V> {
  if (changes === undefined) return before;
  const { gone, set } = changes;
  return persistent(before).withAll([...gone.map((key) => [key, undefined] as const), ...set]);
}

/** The host as those that come after it can share with it what they have in common. */
export const shareableHost = ({
  links,
  sysctls,
  forwarding,
  neighbours,
  ownNamespaces,
}: ObservedHost): ObservedHost => ({
  links: persistent(links),
  sysctls: persistent(sysctls),
  forwarding: persistent(forwarding),
  neighbours: persistent(neighbours),
  ownNamespaces,
});
