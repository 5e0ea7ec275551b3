import { ipv6OffSysctl } from "../../desired/ipv6-off.ts";
import type { ResourceKey } from "../../desired/resource-key.ts";
import type { Draft } from "./draft.ts";

/** Keeps a host-side device from speaking IPv6. A kernel without IPv6 has no such sysctl, and nothing to keep silent. */
export function planIpv6Off(resource: ResourceKey, device: string, draft: Draft): void {
  const name = ipv6OffSysctl(device);
  if (draft.kernel().sysctls.get(name) === "0")
    draft.add({ kind: "write-sysctl", resource, netns: "", name, value: "1" });
}
