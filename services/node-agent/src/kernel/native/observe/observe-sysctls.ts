import { readFileSync } from "node:fs";
import { bridgeSysctlNames } from "../../../desired/bridge-sysctls.ts";
import { ipv6OffSysctl } from "../../../desired/ipv6-off.ts";
import { sysctlsOf } from "../../../desired/namespace-sysctls.ts";
import { cClose } from "../libc.ts";
import { openSysctl } from "../namespace/sysctl-folders.ts";
import type { NetlinkAnswer } from "../netlink/netlink-socket.ts";
import { readIpv6Settings } from "../route/ipv6-settings.ts";
import { entriesOf } from "./entries-of.ts";

export const sysctlPath = (name: string): string => `/proc/sys/${name.replaceAll(".", "/")}`;

/** Those that are to be set in such a namespace, which the thread is in. */
export const observeNamespaceSysctls = (name: string): Map<string, string> => readSysctls(name, sysctlsOf(name));

/** Bridge netfilter, and whether devices speak IPv6: a file each would cost more than everything else on a host with many.
 *  @param links every one, as the kernel tells of it. */
export function observeHostSysctls(links: readonly NetlinkAnswer[]): Map<string, string> {
  const bridging = entriesOf(sysctlPath("net.bridge")).filter((name) => name.startsWith("bridge-nf-call-"));
  const files = [
    ...bridging.map((name) => `net.bridge.${name}`),
    ipv6OffSysctl("all"),
    ...bridgeSysctlNames("default"),
  ];
  return new Map([...readSysctls("", files), ...links.flatMap(sysctlsOfLink)]);
}

function sysctlsOfLink(answer: NetlinkAnswer): [string, string][] {
  const told = readIpv6Settings(answer);
  if (told === undefined) return [];
  const { device, settings } = told;
  const names = device.startsWith("brq") ? bridgeSysctlNames(device) : [ipv6OffSysctl(device)];
  return names.flatMap((name) => {
    const value = settings.get(name.slice(name.lastIndexOf(".") + 1));
    return value === undefined ? [] : [[name, String(value)] as [string, string]];
  });
}

/** A kernel without IPv6 or bridge netfilter has none of its sysctls; a device may go while it is looked at.
 *  @param netns that the thread is in. */
function readSysctls(netns: string, names: readonly string[]): Map<string, string> {
  const values = new Map<string, string>();
  for (const name of names) {
    const file = openSysctl(netns, name, 0);
    if (file === undefined) continue;
    try {
      values.set(name, readFileSync(file, "utf8").trimEnd());
    } catch {
    } finally {
      cClose(file);
    }
  }
  return values;
}
