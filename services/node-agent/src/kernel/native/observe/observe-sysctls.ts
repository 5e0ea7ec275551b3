import { readdirSync, readFileSync } from "node:fs";
import { bridgeSysctlNames } from "../../../desired/bridge-sysctls.ts";
import { ipv6OffSysctl } from "../../../desired/ipv6-off.ts";
import { sysctlsOf } from "../../../desired/namespace-sysctls.ts";

export const sysctlPath = (name: string): string => `/proc/sys/${name.replaceAll(".", "/")}`;

/** Those that are to be set in such a namespace, which the thread is in. */
export const observeNamespaceSysctls = (name: string): Map<string, string> => readSysctls(sysctlsOf(name));

/** Bridge netfilter, and whether devices speak IPv6. */
export function observeHostSysctls(): Map<string, string> {
  const bridging = entriesOf("net.bridge").filter((name) => name.startsWith("bridge-nf-call-"));
  const devices = entriesOf("net.ipv6.conf");
  const ofDevices = devices.flatMap((device) =>
    device === "default" || device.startsWith("brq") ? bridgeSysctlNames(device) : [ipv6OffSysctl(device)],
  );
  return readSysctls([...bridging.map((name) => `net.bridge.${name}`), ...ofDevices]);
}

/** A kernel without IPv6 or bridge netfilter has none of its sysctls; a device may go while it is looked at. */
function readSysctls(names: readonly string[]): Map<string, string> {
  const values = new Map<string, string>();
  for (const name of names) {
    try {
      values.set(name, readFileSync(sysctlPath(name), "utf8").trimEnd());
    } catch {}
  }
  return values;
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(sysctlPath(folder));
  } catch {
    return [];
  }
}
