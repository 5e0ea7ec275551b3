import type { KernelChange } from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";
import { ipv6OffSysctl } from "../desired/ipv6-off.ts";
import { differenceOf, objectsOf } from "../observed/kernel-objects.ts";
import type { ObservedKernel } from "../observed/observed-kernel.ts";
import { afterOperation } from "./effects/after-operation.ts";
import type { Operation } from "./operation.ts";

/** Which objects of ours the operation makes, changes or takes away. Folding the changes of every operation done, from an
 *  empty kernel on, gives exactly the objects that stand. */
export function changesOf(operation: Operation, before: ObservedKernel): KernelChange[] {
  const after = afterOperation(before, operation);
  return differenceOf(objectsOf(touched(before, after, operation)), objectsOf(touched(after, before, operation)));
}

/** The operation's own namespace and the host's links that it changed: the others are the same before and after, and a
 *  node has thousands of them. */
function touched(kernel: ObservedKernel, other: ObservedKernel, { netns }: Operation): ObservedKernel {
  const namespace = kernel.namespaces.get(netns);
  const namespaces: ObservedKernel["namespaces"] = new Map(namespace === undefined ? [] : [[netns, namespace]]);
  const filter = new Map(
    kernel.filter === other.filter ? [] : [...kernel.filter].filter(([name, each]) => each !== other.filter.get(name)),
  );
  if (kernel.links === other.links && kernel.sysctls === other.sysctls)
    return { ...kernel, filter, namespaces, links: new Map() };
  const changed = [...kernel.links].filter(([name, link]) => {
    const sysctl = ipv6OffSysctl(name);
    return link !== other.links.get(name) || kernel.sysctls.get(sysctl) !== other.sysctls.get(sysctl);
  });
  return { ...kernel, filter, namespaces, links: new Map(changed) };
}
