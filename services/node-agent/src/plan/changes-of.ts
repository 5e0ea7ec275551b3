import type { KernelChange } from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";
import { differenceOf, objectsOf } from "../observed/kernel-objects.ts";
import type { ObservedKernel } from "../observed/observed-kernel.ts";
import { afterOperation } from "./effects/after-operation.ts";
import type { Operation } from "./operation.ts";

/** Which objects of ours the operation makes, changes or takes away. Folding the changes of every operation done, from an
 *  empty kernel on, gives exactly the objects that stand. */
export function changesOf(operation: Operation, before: ObservedKernel): KernelChange[] {
  const after = afterOperation(before, operation);
  return differenceOf(objectsOf(touched(before, operation)), objectsOf(touched(after, operation)));
}

/** The host and the operation's own namespace: the others are the same before and after. */
function touched(kernel: ObservedKernel, { netns }: Operation): ObservedKernel {
  const namespace = kernel.namespaces.get(netns);
  return { ...kernel, namespaces: namespace === undefined ? new Map() : new Map([[netns, namespace]]) };
}
