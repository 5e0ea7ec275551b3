/** Of a DHCP server's namespace, in the order they are written: before its device comes. It forwards nothing and believes no
 *  advertisement. Its addresses stand on every node that has ports of the network, so asking whether somebody has them
 *  makes no sense; and its link-local address serves at once. */
const always = [
  ["net.ipv4.ip_forward", "0"],
  // A new address stands before the old one goes, and must not go with it.
  ["net.ipv4.conf.all.promote_secondaries", "1"],
  ["net.ipv6.conf.all.forwarding", "0"],
  ["net.ipv6.conf.all.accept_ra", "0"],
  ["net.ipv6.conf.default.accept_ra", "0"],
  ["net.ipv6.conf.all.accept_dad", "0"],
  ["net.ipv6.conf.default.accept_dad", "0"],
] as const;

const ipv6Off = (value: "0" | "1") =>
  [
    ["net.ipv6.conf.all.disable_ipv6", value],
    ["net.ipv6.conf.default.disable_ipv6", value],
  ] as const;

export function dhcpSysctls(hasIpv6: boolean): ReadonlyMap<string, string> {
  return new Map([...always, ...ipv6Off(hasIpv6 ? "0" : "1")]);
}

/** Every sysctl that any DHCP server's namespace may need. */
export const dhcpSysctlNames: readonly string[] = [...always, ...ipv6Off("0")].map(([name]) => name);
