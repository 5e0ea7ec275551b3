import { bridgeSysctlNames } from "../../../desired/bridge-sysctls.ts";
import { ipv6OffSysctl } from "../../../desired/ipv6-off.ts";
import { sysctlsOf } from "../../../desired/namespace-sysctls.ts";
import { readSysctls } from "../namespace/read-sysctls.ts";
import type { NetlinkAnswer } from "../netlink/netlink-socket.ts";
import { readIpv6Settings } from "../route/ipv6-settings.ts";
import { entriesOf } from "./entries-of.ts";

/** Those that are to be set in such a namespace, which the thread is in. */
export const observeNamespaceSysctls = (name: string): Map<string, string> => readSysctls(name, sysctlsOf(name));

/** Bridge netfilter's: there are none before its module is loaded. */
export const bridgingSysctlNames = (): string[] =>
  entriesOf("/proc/sys/net/bridge").flatMap((name) =>
    name.startsWith("bridge-nf-call-") ? [`net.bridge.${name}`] : [],
  );

/** Of the host, those that are no single device's. One of them is behind rtnl, and in no message: to be called right after links
 *  were listed, which waits asleep until nobody holds that. */
export const observeSharedSysctls = (): Map<string, string> =>
  readSysctls("", [...bridgingSysctlNames(), ipv6OffSysctl("all"), ...bridgeSysctlNames("default")]);

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
