import type { DesiredInstancePort, DesiredKernel, DesiredOverlay } from "../../desired/desired-kernel.ts";
import { spreading } from "../../observed/following.ts";
import { ownLinks } from "../../observed/own-links.ts";
import { deviceStateOf } from "../instance-device.ts";
import type { Draft } from "./draft.ts";
import { planIpv6Off } from "./plan-ipv6-off.ts";
import { planSettings } from "./plan-legs.ts";

/** Binds the devices that are there and fit; one that isn't there is waited for. Whose it is, is part of the message
 *  that puts a device on a bridge: no crash leaves one that nobody knows of. */
export function planInstancePorts(desired: DesiredKernel, draft: Draft): void {
  const overlays = overlayByBridge(desired.overlays);
  for (const port of desired.instancePorts.values()) {
    const { resource, device, bridge, up, standby } = port;
    const state = deviceStateOf(port, draft.kernel());
    if (state.kind !== "fit") continue;
    planIpv6Off(resource, device, draft);
    const operation = { kind: "set-link", resource, netns: "", device } as const;
    const standing = { ...state.link, master: state.link.master ?? "" };
    planSettings(operation, standing, { boundTo: resource, master: standby ? "" : bridge, up }, draft);
    if (!standby) planArrival(port, overlays.get(bridge), draft);
  }
}

const overlayByBridge = spreading((overlay: DesiredOverlay) => [[overlay.bridge, overlay] as const]);

/** A port that was elsewhere: its frames go to its device as soon as that is on the bridge, and to nobody else before. */
function planArrival(
  { resource, device, mac }: DesiredInstancePort,
  overlay: DesiredOverlay | undefined,
  draft: Draft,
): void {
  if (overlay === undefined || overlay.forwarding.has(mac)) return;
  const known = draft.kernel().forwarding.get(overlay.device)?.destinations.get(mac);
  if (known?.bridged) draft.add({ kind: "set-delivery", resource, netns: "", device, mac, overlay: overlay.device });
}

/** A device whose port is gone, or has another device now, leaves the network. Deleting it is for whoever plugged it. */
export function planUnbinding(desired: DesiredKernel, draft: Draft): void {
  for (const link of ownLinks(draft.kernel().links).bound.values()) {
    const { boundTo: resource } = link;
    if (resource === undefined || desired.untouched.has(link.name)) continue;
    if (desired.instancePorts.get(link.name)?.resource === resource) continue;
    draft.add({ kind: "set-link", resource, netns: "", device: link.name, boundTo: "", master: "" });
  }
}
