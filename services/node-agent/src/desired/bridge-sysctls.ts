import { ipv6OffSysctl } from "./ipv6-off.ts";

/** Of a tenant network's bridge, in the order they are written. The kernel keeps IPv6 neighbours only where IPv6 is on; it
 *  must neither give the bridge an address then, nor take a tenant's router for the host's. */
export function bridgeSysctls(bridge: string, { answersIpv6 }: { answersIpv6: boolean }): ReadonlyMap<string, string> {
  return new Map([...silenceOf(bridge), [ipv6OffSysctl(bridge), answersIpv6 ? "0" : "1"]]);
}

const silenceOf = (device: string): [string, string][] => [
  [`net.ipv6.conf.${device}.addr_gen_mode`, "1"],
  [`net.ipv6.conf.${device}.accept_ra`, "0"],
];

/** Every sysctl that a bridge may need: what an observer has to read. */
export const bridgeSysctlNames = (device: string): string[] => [
  ...bridgeSysctls(device, { answersIpv6: false }).keys(),
];
