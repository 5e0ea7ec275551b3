import type { ObservedKernel, ObservedLink } from "../../observed/observed-kernel.ts";
import { vlanProtocol } from "../../observed/ownership.ts";
import type { AddVlan, SetLink } from "../../plan/operation.ts";

/** What net/8021q says to a device that it doesn't make; undefined: it makes it. */
export function addVlanRefusal({ links }: ObservedKernel, operation: AddVlan): string | undefined {
  const { device, parent, vlanId, mtu } = operation;
  const lower = links.get(parent);
  if (lower === undefined) return `Cannot find device "${parent}"`;
  if (links.has(device)) return "RTNETLINK answers: File exists";
  const isTwin = ({ vlan }: ObservedLink) =>
    vlan?.id === vlanId && vlan.parent === parent && vlan.protocol === vlanProtocol;
  if ([...links.values()].some(isTwin)) return "Error: 8021q: VLAN device already exists.";
  if (device.length > 15) return `Error: argument "${device}" is wrong: "name" not a valid ifname`;
  return mtu > lower.mtu ? "RTNETLINK answers: Invalid argument" : undefined;
}

/** As addVlanRefusal, for a device that stands: it carries no more than its parent, and is up only when that is. */
export function setVlanRefusal({ links }: ObservedKernel, { device, mtu, up }: SetLink): string | undefined {
  const parent = links.get(links.get(device)?.vlan?.parent ?? "");
  if (parent === undefined) return undefined;
  if (mtu !== undefined && mtu > parent.mtu) return "RTNETLINK answers: Numerical result out of range";
  return up === true && !parent.up ? "RTNETLINK answers: Network is down" : undefined;
}
