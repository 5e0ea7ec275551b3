import { bridgeSysctlNames } from "../../../desired/bridge-sysctls.ts";
import { ipv6OffSysctl } from "../../../desired/ipv6-off.ts";
import { sysctlsOf } from "../../../desired/namespace-sysctls.ts";
import { readSysctls } from "../namespace/read-sysctls.ts";
import type { NetlinkAnswer } from "../netlink/netlink-socket.ts";
import { readIpv6Settings } from "../route/ipv6-settings.ts";
import { entriesOf } from "./entries-of.ts";

export const sysctlPath = (name: string): string => `/proc/sys/${name.replaceAll(".", "/")}`;

/** Those that are to be set in such a namespace, which the thread is in. */
export const observeNamespaceSysctls = (name: string): Map<string, string> => readSysctls(name, sysctlsOf(name));

/** Of the host, those that are no single device's. */
export function observeSharedSysctls(): Map<string, string> {
  const bridging = entriesOf(sysctlPath("net.bridge")).filter((name) => name.startsWith("bridge-nf-call-"));
  const files = [
    ...bridging.map((name) => `net.bridge.${name}`),
    ipv6OffSysctl("all"),
    ...bridgeSysctlNames("default"),
  ];
  return readSysctls("", files);
}

/** A device's, by what the kernel tells of it: a file each would cost more than everything else on a host with many. */
export function sysctlsOfLink(answer: NetlinkAnswer): [string, string][] {
  const told = readIpv6Settings(answer);
  if (told === undefined) return [];
  const { device, settings } = told;
  const names = device.startsWith("brq") ? bridgeSysctlNames(device) : [ipv6OffSysctl(device)];
  return names.flatMap((name) => {
    const value = settings.get(name.slice(name.lastIndexOf(".") + 1));
    return value === undefined ? [] : [[name, String(value)] as [string, string]];
  });
}
