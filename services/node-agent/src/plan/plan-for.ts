import { compileDesired, type Resources } from "../desired/compile-desired.ts";
import type { DesiredKernel } from "../desired/desired-kernel.ts";
import type { DoorAuthority } from "../desired/door.ts";
import type { HostFacts } from "../desired/host-facts.ts";
import type { ObservedKernel } from "../observed/observed-kernel.ts";
import { leaveUnreadable } from "./leave-unreadable.ts";
import type { Operation } from "./operation.ts";
import { plan } from "./plan.ts";

/** Whose plan it is. */
export interface PlanParts {
  readonly host: HostFacts;
  /** What may be done to doors now. */
  readonly doors: () => DoorAuthority;
}

export interface Planned {
  readonly observed: ObservedKernel;
  readonly desired: DesiredKernel;
  readonly operations: readonly Operation[];
}

/** What is to be done to that kernel for those resources, and what both are compiled to. Pure, and the same once more costs
 *  nothing. */
export function planFor({ host, doors }: PlanParts, resources: Resources, observed: ObservedKernel): Planned {
  const desired = leaveUnreadable(compileDesired(resources, host, doors()), observed);
  return { observed, desired, operations: plan(desired, observed) };
}
