import type { DesiredKernel } from "../desired/desired-kernel.ts";
import type { ResourceKey } from "../desired/resource-key.ts";
import type { ObservedKernel } from "../observed/observed-kernel.ts";
import type { Operation } from "./operation.ts";

/** How a desired key stands after a plan ran. */
export type ResourceState =
  | { readonly kind: "realised" }
  /** It waits for somebody else, such as for an instance's device; to be looked at again. */
  | { readonly kind: "waiting"; readonly reason: string }
  | { readonly kind: "failed"; readonly error: string };

export interface FailedOperation {
  readonly operation: Operation;
  /** The kernel's words, of the operation itself or of the one it depends on. */
  readonly error: string;
}

/** The state of each key. `failures`: the operations of the plan that failed or were skipped; `observed`: after the plan. */
export function resourceStates(
  _keys: Iterable<ResourceKey>,
  _desired: DesiredKernel,
  _observed: ObservedKernel,
  _failures: readonly FailedOperation[],
): ReadonlyMap<ResourceKey, ResourceState> {
  throw new Error("not built yet");
}
