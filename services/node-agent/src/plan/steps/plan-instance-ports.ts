import type { DesiredKernel } from "../../desired/desired-kernel.ts";
import { deviceStateOf } from "../instance-device.ts";
import type { Draft } from "./draft.ts";
import { planIpv6Off } from "./plan-ipv6-off.ts";
import { planSettings } from "./plan-legs.ts";

/** Binds the devices that are there and fit; one that isn't there is waited for. Whose it is, is part of the message
 *  that puts a device on a bridge: no crash leaves one that nobody knows of. */
export function planInstancePorts(desired: DesiredKernel, draft: Draft): void {
  for (const port of desired.instancePorts.values()) {
    const { resource, device, bridge: master, up } = port;
    const state = deviceStateOf(port, draft.kernel());
    if (state.kind !== "fit") continue;
    planIpv6Off(resource, device, draft);
    const operation = { kind: "set-link", resource, netns: "", device } as const;
    planSettings(operation, state.link, { boundTo: resource, master, up }, draft);
  }
}

/** A device whose port is gone, or has another device now, leaves the network. Deleting it is for whoever plugged it. */
export function planUnbinding(desired: DesiredKernel, draft: Draft): void {
  for (const link of draft.kernel().links.values()) {
    const { boundTo: resource } = link;
    if (resource === undefined || desired.untouched.has(link.name)) continue;
    if (desired.instancePorts.get(link.name)?.resource === resource) continue;
    draft.add({ kind: "set-link", resource, netns: "", device: link.name, boundTo: "", master: "" });
  }
}
