import type { ResourceKey } from "../desired/resource-key.ts";
import type { ObservedKernel } from "../observed/observed-kernel.ts";
import { rememberingPair } from "../observed/remember.ts";
import { type Served, type Sight, touchedBetween } from "./sight.ts";

/** Something desired that is planned by itself: a namespace, a bridge, a part of the packet filter. */
interface Unit {
  readonly resource: ResourceKey;
}

/** When a plan found a unit to be as it should be. */
interface Settled {
  /** Everything that planning it looks at. */
  readonly sights: readonly Sight[];
  /** The last kernel in which all of that says the same. */
  kernel: ObservedKernel;
}

/** Nothing is decided by it: a plan of the same again would be empty again, so it isn't made. */
const settled = new WeakMap<Unit, Settled>();

/** Those of which a plan is not known to be empty. */
export function unsettled<U extends Unit>(units: Iterable<U>, observed: ObservedKernel): U[] {
  const found: U[] = [];
  for (const unit of units) if (!isSettled(unit, observed)) found.push(unit);
  return found;
}

function isSettled(unit: Unit, observed: ObservedKernel): boolean {
  const known = settled.get(unit);
  if (known === undefined) return false;
  // Mostly a unit was looked at with all others, so that this is found out once for all of them.
  if (known.kernel !== observed && isAnyIn(touched(known.kernel, observed), known.sights)) {
    settled.delete(unit);
    return false;
  }
  known.kernel = observed;
  return true;
}

const touched = rememberingPair(touchedBetween);

const isAnyIn = (changed: ReadonlySet<Sight>, sights: readonly Sight[]): boolean =>
  changed.size > 0 && sights.some((sight) => changed.has(sight));

/** Remembers which of the planned units no operation serves.
 *  @param sightsOf everything that planning the unit looks at.
 *  @param served by the operations of the plan, which began with this kernel. */
export function settle<U extends Unit>(
  planned: readonly U[],
  sightsOf: (unit: U) => readonly Sight[],
  served: Served,
  observed: ObservedKernel,
): void {
  for (const unit of planned) {
    const sights = sightsOf(unit);
    if (!served.resources.has(unit.resource) && !isAnyIn(served.sights, sights))
      settled.set(unit, { sights, kernel: observed });
  }
}
