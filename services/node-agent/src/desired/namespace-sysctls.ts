import { routerNamespacePrefix } from "./device-names.ts";
import { dhcpSysctlNames } from "./dhcp-sysctls.ts";
import { routerSysctlNames } from "./router-sysctls.ts";

/** Every sysctl that any namespace of ours may need: what an observer has to read. */
export const namespaceSysctlNames: readonly string[] = [...new Set([...routerSysctlNames, ...dhcpSysctlNames])];

/** Of them those that are set in one namespace. */
export const sysctlsOf = (netns: string): readonly string[] =>
  netns.startsWith(routerNamespacePrefix) ? routerSysctlNames : dhcpSysctlNames;
