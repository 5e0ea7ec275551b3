import type { DesiredKernel } from "../desired/desired-kernel.ts";
import { resourceOfNamespace } from "../desired/device-names.ts";
import type { ObservedKernel } from "../observed/observed-kernel.ts";

/** What is desired without the routers and DHCP servers whose namespace can't be read now: nobody knows what to do about
 *  them. They are left as they are, with the reason as their error; every other one is seen to. */
export function leaveUnreadable(desired: DesiredKernel, { unreadable }: ObservedKernel): DesiredKernel {
  if (unreadable.size === 0) return desired;
  const routers = new Map(desired.routers);
  const dhcpServers = new Map(desired.dhcpServers);
  const helpers = new Map(desired.helpers);
  const errors = new Map(desired.errors);
  const untouched = new Set([...desired.untouched, ...unreadable.keys()]);
  for (const [name, error] of unreadable) {
    for (const key of routers.get(name)?.translated ?? []) errors.set(key, error);
    errors.set(resourceOfNamespace(name), error);
    routers.delete(name);
    const hostEnds = [...(dhcpServers.get(name)?.legs.values() ?? [])].map(({ attachment }) => attachment);
    for (const attachment of hostEnds) if (attachment.kind === "bridge") untouched.add(attachment.hostEnd);
    dhcpServers.delete(name);
    for (const helper of desired.helpers.values()) {
      if (helper.netns !== name) continue;
      helpers.delete(helper.name);
      untouched.add(helper.name);
    }
  }
  return { ...desired, routers, dhcpServers, helpers, errors, untouched };
}
