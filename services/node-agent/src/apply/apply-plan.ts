import type { ExecutedOperation } from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";
import type { Kernel } from "../kernel/kernel.ts";
import type { ObservedKernel } from "../observed/observed-kernel.ts";
import type { Operation } from "../plan/operation.ts";
import type { FailedOperation } from "../plan/resource-states.ts";

export interface AppliedPlan {
  /** One for each operation of the plan, in its order. */
  readonly executed: readonly ExecutedOperation[];
  /** The failed and the skipped ones. */
  readonly failures: readonly FailedOperation[];
  /** What the kernel holds now if every operation did what it says: `observed` folded with those done. */
  readonly after: ObservedKernel;
}

/** Told of each operation as soon as its outcome is known. */
export type ApplyObserver = (executed: ExecutedOperation, operation: Operation) => void;

/** Runs a plan in its order. What depends on a failed operation is skipped; everything else runs. Never throws for what a kernel refuses. */
export async function applyPlan(
  _kernel: Kernel,
  _operations: readonly Operation[],
  _observed: ObservedKernel,
  _observer?: ApplyObserver,
): Promise<AppliedPlan> {
  throw new Error("not built yet");
}
