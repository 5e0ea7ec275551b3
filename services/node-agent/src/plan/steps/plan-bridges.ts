import type { DesiredBridge, DesiredKernel } from "../../desired/desired-kernel.ts";
import { networkBridge } from "../../desired/device-names.ts";
import type { ResourceKey } from "../../desired/resource-key.ts";
import type { ObservedLink } from "../../observed/observed-kernel.ts";
import { ownLinks } from "../../observed/own-links.ts";
import { deviceSight, type Sight } from "../sight.ts";
import type { Draft } from "./draft.ts";
import { goneResourceOf } from "./gone-resource.ts";
import { unwanted } from "./unwanted.ts";

/** What planning one looks at, its neighbours included. */
export const sightsOfBridge = ({ name }: DesiredBridge): Sight[] => [deviceSight(name)];

export function planBridges(bridges: readonly DesiredBridge[], desired: DesiredKernel, draft: Draft): void {
  for (const bridge of bridges) planBridge(bridge, draft);
  const [first] = desired.bridges.values();
  planHostSysctls(first?.resource ?? "", desired.hostSysctls, draft);
}

/** A kernel without IPv6 or without bridge netfilter has no such sysctls, and nothing to keep silent. */
function planHostSysctls(resource: ResourceKey, sysctls: ReadonlyMap<string, string>, draft: Draft): void {
  for (const [name, value] of sysctls) {
    const observed = draft.kernel().sysctls.get(name);
    if (observed === undefined || observed === value) continue;
    draft.add({ kind: "write-sysctl", resource, netns: "", name, value });
  }
}

function planBridge({ resource, name, mac, mtu, up, tracked, sysctls }: DesiredBridge, draft: Draft): void {
  if (!draft.kernel().links.has(name)) draft.add({ kind: "add-bridge", resource, netns: "", device: name, mac });
  planHostSysctls(resource, sysctls, draft);
  const link = draft.kernel().links.get(name);
  if (link?.mac !== mac) draft.add({ kind: "set-link", resource, netns: "", device: name, mac });
  if (link?.mtu !== mtu) draft.add({ kind: "set-link", resource, netns: "", device: name, mtu });
  if (link?.tracked !== tracked) draft.add({ kind: "set-link", resource, netns: "", device: name, tracked });
  if (link?.up !== up) draft.add({ kind: "set-link", resource, netns: "", device: name, up });
}

const unwantedBridges = unwanted<ObservedLink>();

export function planBridgeRemoval(desired: DesiredKernel, draft: Draft): void {
  const { bridges } = ownLinks(draft.kernel().links);
  for (const device of unwantedBridges(bridges, desired.bridges).keys()) {
    if (desired.untouched.has(device)) continue;
    const resource = goneResourceOf(desired.gone, "network", networkBridge, device);
    draft.add({ kind: "delete-link", resource, netns: "", device });
  }
}
