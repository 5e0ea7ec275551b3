import type { Resources } from "../desired/compile-desired.ts";
import type { ObservedKernel } from "../observed/observed-kernel.ts";
import { type PlanParts, planFor } from "./plan-for.ts";

/** Plans what comes to be desired while the kernel still works on what was desired before. Nothing is decided by it: the next
 *  pass plans what it finds, which is mostly that, and it is known by then. */
export interface PlanAhead {
  /** The kernel will be this once it is done with what these resources ask for. */
  expects(kernel: ObservedKernel, resources: Resources): void;
  /** There may be something new to be desired. */
  look(): void;
  /** The kernel is done: what was expected of it is known. */
  ended(): void;
}

/** @param newest what the next pass will be about. */
export function planningAhead(parts: PlanParts, newest: () => Resources | undefined): PlanAhead {
  let expected: { readonly kernel: ObservedKernel; readonly resources: Resources } | undefined;
  const look = (): void => {
    const resources = newest();
    if (expected === undefined || resources === undefined || resources === expected.resources) return;
    planFor(parts, resources, expected.kernel);
  };
  return {
    expects: (kernel, resources) => {
      expected = { kernel, resources };
      look();
    },
    look,
    ended: () => {
      expected = undefined;
    },
  };
}
