import type { FilterObject } from "../security/filter-object.ts";
import { zoneIn } from "../security/filter-parts.ts";
import { changedKeys } from "./changed-keys.ts";
import type { ObservedKernel } from "./observed-kernel.ts";

/** The host's conntrack zones that may have connections: those that had one when connections were listed, and those that a
 *  bridge had at any look since. Nothing gets into a zone that no bridge has. Undefined: connections were not listed yet.
 *  @param before the look before, if what has become of the kernel since is known. */
export function usedZones(before: ObservedKernel | undefined, now: ObservedKernel): ReadonlySet<number> | undefined {
  const { filter, connections } = now;
  const earlier = before?.usedZones;
  const given = changedKeys(earlier === undefined ? nothing : (before?.filter ?? nothing), filter).flatMap(
    (identity) => {
      const zone = zoneIn(filter.get(identity));
      return zone === undefined ? [] : [zone.number];
    },
  );
  if (earlier === undefined && given.length === 0) return undefined;
  const listed = before?.connections === connections ? [] : connections.map(({ zone }) => zone);
  const come = [...given, ...listed].filter((zone) => earlier?.has(zone) !== true);
  return earlier !== undefined && come.length === 0 ? earlier : new Set([...(earlier ?? []), ...come]);
}

const nothing: ReadonlyMap<string, FilterObject> = new Map();
