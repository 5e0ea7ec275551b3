import type { DesiredKernel } from "../../desired/desired-kernel.ts";
import type { ResourceKey } from "../../desired/resource-key.ts";
import type { Draft } from "./draft.ts";

/** Before the devices are on their bridges: no frame of theirs ever leaves the node. */
export function planConfinement(desired: DesiredKernel, draft: Draft): void {
  const wanted = confinedDevices(desired);
  const [first] = wanted;
  if (first === undefined) return;
  const { confinement } = draft.kernel();
  const made = confinement?.intact !== true;
  const left = [...(confinement?.devices ?? [])].filter((device) => desired.untouched.has(device));
  const missing = made
    ? [...new Set([...wanted.keys(), ...left])]
    : [...wanted.keys()].filter((device) => !confinement.devices.has(device));
  if (missing.length === 0) return;
  const resource = wanted.get(missing[0] ?? "") ?? first[1];
  const table = made ? "made" : "kept";
  draft.add({ kind: "change-confinement", resource, netns: "", table, add: missing, remove: [] });
}

/** Once the devices are gone. */
export function planConfinementRemoval(desired: DesiredKernel, draft: Draft): void {
  const { confinement } = draft.kernel();
  if (confinement === undefined) return;
  const wanted = confinedDevices(desired);
  const left = [...confinement.devices].filter((device) => wanted.has(device) || desired.untouched.has(device));
  const table = left.length === 0 ? "deleted" : "kept";
  const remove = [...confinement.devices].filter((device) => !left.includes(device));
  if (table === "kept" && remove.length === 0) return;
  draft.add({ kind: "change-confinement", resource: "", netns: "", table, add: [], remove });
}

/** Host ends of DHCP servers -> the server's key. */
function confinedDevices({ dhcpServers }: DesiredKernel): Map<string, ResourceKey> {
  const devices = new Map<string, ResourceKey>();
  for (const { resource, legs } of dhcpServers.values()) {
    for (const { attachment } of legs.values()) {
      if (attachment.kind === "bridge") devices.set(attachment.hostEnd, resource);
    }
  }
  return devices;
}
