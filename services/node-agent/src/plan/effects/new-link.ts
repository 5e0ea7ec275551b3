import { bridgeSysctlNames } from "../../desired/bridge-sysctls.ts";
import { ipv6OffSysctl } from "../../desired/ipv6-off.ts";
import { greatestIndex, withEntry, withLink } from "../../observed/edit-kernel.ts";
import type { ObservedKernel, ObservedLink } from "../../observed/observed-kernel.ts";

/** A device as it is made, but for what is given. */
export function newLink(kernel: ObservedKernel, netns: string, name: string, of: Partial<ObservedLink>): ObservedLink {
  const made = { index: nextIndex(kernel, netns), kind: "", ours: false, mac: "", mtu: 1500, up: false };
  const alone = {
    master: undefined,
    boundTo: undefined,
    tracked: false,
    peerNamespace: undefined,
    peerIndex: undefined,
    addresses: [],
  };
  return { ...made, ...alone, ...of, name };
}

export const nextIndex = (kernel: ObservedKernel, netns: string): number => greatestIndex(kernel, netns) + 1;

/** A new device takes its sysctls from the namespace's defaults. */
export function withHostDevice(before: ObservedKernel, link: ObservedLink): ObservedKernel {
  const names = (device: string) => (link.kind === "bridge" ? bridgeSysctlNames(device) : [ipv6OffSysctl(device)]);
  const defaults = names("default");
  let { sysctls } = before;
  for (const [index, name] of names(link.name).entries()) {
    sysctls = withEntry(sysctls, name, before.sysctls.get(defaults[index] ?? ""));
  }
  return withLink({ ...before, sysctls }, "", link);
}
