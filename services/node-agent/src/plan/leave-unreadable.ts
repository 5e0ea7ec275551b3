import type { DesiredKernel } from "../desired/desired-kernel.ts";
import { routerNamespacePrefix } from "../desired/device-names.ts";
import { resourceKey } from "../desired/resource-key.ts";
import type { ObservedKernel } from "../observed/observed-kernel.ts";

/** What is desired without the routers whose namespace can't be read now: nobody knows what to do about them. They are
 *  left as they are, with the reason as their error; every other router is seen to. */
export function leaveUnreadable(desired: DesiredKernel, { unreadable }: ObservedKernel): DesiredKernel {
  if (unreadable.size === 0) return desired;
  const routers = new Map(desired.routers);
  const errors = new Map(desired.errors);
  for (const [name, error] of unreadable) {
    for (const key of routers.get(name)?.translated ?? []) errors.set(key, error);
    errors.set(resourceKey("router", name.slice(routerNamespacePrefix.length)), error);
    routers.delete(name);
  }
  return { ...desired, routers, errors, untouched: new Set([...desired.untouched, ...unreadable.keys()]) };
}
