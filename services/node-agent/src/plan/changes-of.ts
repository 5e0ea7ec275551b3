import type { KernelChange } from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";
import type { ObservedKernel } from "../observed/observed-kernel.ts";
import type { Operation } from "./operation.ts";

/** The kernel as it is once the operation was done. */
export function afterOperation(_before: ObservedKernel, _operation: Operation): ObservedKernel {
  throw new Error("not built yet");
}

/** Which objects of ours the operation makes, changes or takes away. Folding the changes of every operation done gives exactly the objects that stand. */
export function changesOf(_operation: Operation, _before: ObservedKernel): KernelChange[] {
  throw new Error("not built yet");
}
