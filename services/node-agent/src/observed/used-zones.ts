import { zonesIn } from "../security/filter-parts.ts";
import type { ObservedKernel } from "./observed-kernel.ts";

/** The host's conntrack zones that may have connections: those that had one when connections were listed, and those that a
 *  bridge had at any look since. Nothing gets into a zone that no bridge has. Undefined: connections were not listed yet.
 *  @param before the look before, if what has become of the kernel since is known. */
export function usedZones(before: ObservedKernel | undefined, now: ObservedKernel): ReadonlySet<number> | undefined {
  const { filter, connections } = now;
  const earlier = before?.usedZones;
  if (earlier !== undefined && before?.filter === filter && before.connections === connections) return earlier;
  const standing = [...zonesIn(filter).values()];
  if (earlier === undefined && standing.length === 0) return undefined;
  return new Set([...(earlier ?? []), ...standing, ...connections.map(({ zone }) => zone)]);
}
