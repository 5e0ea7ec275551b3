import { PersistentMap } from "@rhumbline/event-sourcing";
import type { ResourceKey } from "../desired/resource-key.ts";
import { changedKeys } from "../observed/changed-keys.ts";
import { grouping } from "../observed/following.ts";
import type { ObservedKernel } from "../observed/observed-kernel.ts";
import { rememberingPair } from "../observed/remember.ts";
import { type Served, type Sight, touchedBetween } from "./sight.ts";

/** Something desired that is planned by itself: a namespace, a bridge, a part of the packet filter. */
interface Unit {
  readonly resource: ResourceKey;
}

/** The last kernel in which everything that planning some units looks at says the same. */
interface Moment {
  kernel: ObservedKernel | undefined;
}

/** Units of one kind, of which some are known to be as they should be. Nothing is decided by it: a plan of the same again would
 *  be empty again, so it isn't made. */
export interface Units<U extends Unit> {
  /** Those of which a plan is not known to be empty. It costs what was touched since the last kernel that was asked about. */
  unsettled(units: ReadonlyMap<string, U>, observed: ObservedKernel): U[];
  /** As `unsettled`, of a few, and where the kernel was read for these alone. */
  unsettledOf(units: Iterable<U>, read: ObservedKernel): U[];
  /** Remembers which of the planned units no operation of the plan serves, which began with this kernel. */
  settle(planned: readonly U[], served: Served, observed: ObservedKernel): void;
}

/** @param sightsOf everything that planning a unit looks at. */
export function unitsOf<U extends Unit>(sightsOf: (unit: U) => readonly Sight[]): Units<U> {
  const settled = new WeakMap<U, Moment>();
  const watching = grouping(sightsOf);
  /** Of all that were settled when they were last asked about together. */
  const together: Moment = { kernel: undefined };
  let known: { readonly units: ReadonlyMap<string, U>; readonly unsettled: readonly string[] } = {
    units: new Map(),
    unsettled: [],
  };
  const isSettled = (unit: U, observed: ObservedKernel): boolean => {
    const kernel = settled.get(unit)?.kernel;
    if (kernel === undefined) return false;
    if (kernel === observed) return true;
    const changed = touched(kernel, observed);
    return changed.size === 0 || !sightsOf(unit).some((sight) => changed.has(sight));
  };
  return {
    unsettled: (units, observed) => {
      const watchers = watching(units);
      const changed = together.kernel === undefined ? [] : [...touched(together.kernel, observed)];
      const otherwise = changedKeys(known.units, units);
      // Of one that is not asked about any more nobody notices what is touched.
      for (const key of otherwise) {
        const before = known.units.get(key);
        if (before !== undefined) settled.delete(before);
      }
      const asked = new Set([
        ...otherwise,
        ...known.unsettled,
        ...changed.flatMap((sight) => [...(watchers.get(sight)?.keys() ?? [])]),
      ]);
      const unsettled = new Map<string, U>();
      for (const key of asked) {
        const unit = units.get(key);
        if (unit === undefined) continue;
        if (isSettled(unit, observed)) settled.set(unit, together);
        else {
          settled.delete(unit);
          unsettled.set(key, unit);
        }
      }
      known = { units, unsettled: [...unsettled.keys()] };
      together.kernel = observed;
      return inOrderOf(units, unsettled);
    },
    unsettledOf: (units, read) => [...units].filter((unit) => !isSettled(unit, read)),
    settle: (planned, { resources, sights }, observed) => {
      const moment = together.kernel === observed ? together : { kernel: observed };
      for (const unit of planned) {
        const isServed = resources.has(unit.resource) || sightsOf(unit).some((sight) => sights.has(sight));
        if (!isServed) settled.set(unit, moment);
      }
    },
  };
}

const touched = rememberingPair(touchedBetween);

function inOrderOf<U>(units: ReadonlyMap<string, U>, some: ReadonlyMap<string, U>): U[] {
  if (some.size < 2) return [...some.values()];
  if (units instanceof PersistentMap)
    return [...some].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, unit]) => unit);
  return [...units].flatMap(([key, unit]) => (some.has(key) ? [unit] : []));
}
