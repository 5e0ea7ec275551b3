import type { DesiredKernel, DesiredPatch } from "../../desired/desired-kernel.ts";
import { patchDevice, patchPeer } from "../../desired/device-names.ts";
import type { ObservedKernel } from "../../observed/observed-kernel.ts";
import { ownLinks } from "../../observed/own-links.ts";
import { isOwnPatch } from "../../observed/ownership.ts";
import { carrierSight, deviceSight, type Sight } from "../sight.ts";
import type { Draft } from "./draft.ts";
import { goneResourceOf } from "./gone-resource.ts";
import { planIpv6Off } from "./plan-ipv6-off.ts";
import { operatorsMtu, planSettings } from "./plan-legs.ts";

/** What planning one looks at. */
export const sightsOfPatch = ({ device, peer, operatorsBridge }: DesiredPatch): Sight[] => [
  deviceSight(device),
  deviceSight(peer),
  carrierSight(operatorsBridge),
];

/** What joins flat networks' bridges to the operator's: before any port is on them, so that one which comes from the
 *  operator's bridge is reachable at once. */
export function planPatches(patches: readonly DesiredPatch[], draft: Draft): void {
  for (const patch of patches) planPatch(patch, draft);
}

function planPatch(patch: DesiredPatch, draft: Draft): void {
  const { resource, device, bridge, peer, peerMac: mac, operatorsBridge, up } = patch;
  // The operator's bridge must not get a smaller MTU by a port of ours.
  const mtu = Math.max(patch.mtu, operatorsMtu(draft.kernel().links.get(operatorsBridge)));
  if (!isPaired(patch, draft.kernel())) {
    for (const name of [device, peer]) {
      const standing = draft.kernel().links.get(name);
      // Somebody else's device of that name stays: adding ours then fails with the kernel's words.
      if (standing !== undefined && isOwnPatch(standing))
        draft.add({ kind: "delete-link", resource, netns: "", device: name });
    }
    draft.add({ kind: "add-patch", resource, netns: "", device, peer, mac, mtu });
  }
  for (const name of [device, peer]) planIpv6Off(resource, name, draft);
  const { links } = draft.kernel();
  const [ours, theirs] = [links.get(device), links.get(peer)];
  if (ours === undefined || theirs === undefined) return;
  const operation = { kind: "set-link", resource, netns: "" } as const;
  planSettings({ ...operation, device: peer }, theirs, { mtu, mac, master: operatorsBridge, up }, draft);
  planSettings({ ...operation, device }, ours, { mtu, master: bridge, up }, draft);
}

function isPaired({ device, peer }: DesiredPatch, { links }: ObservedKernel): boolean {
  const [ours, theirs] = [links.get(device), links.get(peer)];
  if (ours === undefined || theirs === undefined) return false;
  return isOwnPatch(ours) && isOwnPatch(theirs) && ours.peer === peer;
}

export function planPatchRemoval(desired: DesiredKernel, draft: Draft): void {
  const wanted = new Set([...desired.patches.values()].flatMap(({ device, peer }) => [device, peer]));
  for (const device of ownLinks(draft.kernel().links).patches.keys()) {
    if (wanted.has(device) || desired.untouched.has(device)) continue;
    // One end takes the other along.
    if (!draft.kernel().links.has(device)) continue;
    const nameOf = device.startsWith("phy-") ? patchPeer : patchDevice;
    const resource = goneResourceOf(desired.gone, "network", nameOf, device);
    draft.add({ kind: "delete-link", resource, netns: "", device });
  }
}
