import type { DesiredBridge, DesiredKernel } from "../../desired/desired-kernel.ts";
import { networkBridge } from "../../desired/device-names.ts";
import { isOwnBridge } from "../../observed/ownership.ts";
import type { Draft } from "./draft.ts";
import { goneResourceOf } from "./gone-resource.ts";
import { planIpv6Off } from "./plan-ipv6-off.ts";

export function planBridges(desired: DesiredKernel, draft: Draft): void {
  for (const bridge of desired.bridges.values()) planBridge(bridge, draft);
  const [first] = desired.bridges.values();
  for (const [name, value] of desired.hostSysctls) {
    const observed = draft.kernel().sysctls.get(name);
    if (observed === undefined || observed === value) continue;
    draft.add({ kind: "write-sysctl", resource: first?.resource ?? "", netns: "", name, value });
  }
}

function planBridge({ resource, name, mtu, up, tracked }: DesiredBridge, draft: Draft): void {
  if (!draft.kernel().links.has(name)) draft.add({ kind: "add-bridge", resource, netns: "", device: name });
  planIpv6Off(resource, name, draft);
  const link = draft.kernel().links.get(name);
  if (link?.mtu !== mtu) draft.add({ kind: "set-link", resource, netns: "", device: name, mtu });
  if (link?.tracked !== tracked) draft.add({ kind: "set-link", resource, netns: "", device: name, tracked });
  if (link?.up !== up) draft.add({ kind: "set-link", resource, netns: "", device: name, up });
}

export function planBridgeRemoval(desired: DesiredKernel, draft: Draft): void {
  for (const link of draft.kernel().links.values()) {
    if (!isOwnBridge(link) || desired.bridges.has(link.name) || desired.untouched.has(link.name)) continue;
    const resource = goneResourceOf(desired.gone, "network", networkBridge, link.name);
    draft.add({ kind: "delete-link", resource, netns: "", device: link.name });
  }
}
