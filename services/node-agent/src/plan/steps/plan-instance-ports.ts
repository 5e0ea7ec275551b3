import type { DesiredKernel } from "../../desired/desired-kernel.ts";
import { hostEnd } from "../../desired/device-names.ts";
import type { ResourceKey } from "../../desired/resource-key.ts";
import { isBoundInstancePort, isOwnBridge } from "../../observed/ownership.ts";
import type { Draft } from "./draft.ts";
import { goneResourceOf } from "./gone-resource.ts";
import { planIpv6Off } from "./plan-ipv6-off.ts";
import { planSettings } from "./plan-legs.ts";

/** Binds the devices that are there; one that isn't is waited for. */
export function planInstancePorts(desired: DesiredKernel, draft: Draft): void {
  for (const { resource, device, bridge: master, up } of desired.instancePorts.values()) {
    const standing = draft.kernel().links.get(device);
    if (standing === undefined) continue;
    planIpv6Off(resource, device, draft);
    planSettings({ kind: "set-link", resource, netns: "", device }, standing, { master, up }, draft);
  }
}

/** A device whose port is gone leaves the network. Deleting it is for whoever plugged it. */
export function planUnbinding(desired: DesiredKernel, draft: Draft): void {
  const { links } = draft.kernel();
  for (const link of links.values()) {
    if (!isBoundInstancePort(link) || desired.instancePorts.has(link.name) || desired.untouched.has(link.name))
      continue;
    const resource: ResourceKey = goneResourceOf(desired.gone, "port", hostEnd, link.name);
    const bridge = links.get(link.master ?? "");
    // On a bridge of the operator's there may be other people's devices: only a removed port tells that it was ours.
    if (resource === "" && !(bridge !== undefined && isOwnBridge(bridge))) continue;
    draft.add({ kind: "set-link", resource, netns: "", device: link.name, master: "" });
  }
}
