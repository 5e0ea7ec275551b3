const ipv4 = [
  ["net.ipv4.ip_forward", "1"],
  // An address answers ARP on the device it stands on, and only there: both sides of a router may be one bridge away.
  ["net.ipv4.conf.all.arp_ignore", "1"],
  ["net.ipv4.conf.all.arp_announce", "2"],
  // Deleting an address that came first must not take along the others of its network.
  ["net.ipv4.conf.all.promote_secondaries", "1"],
  ["net.ipv4.conf.all.rp_filter", "0"],
  ["net.ipv4.conf.default.rp_filter", "0"],
] as const;

/** Off before any device comes: with hundreds of routers on one external network, solicitations alone would cost milliseconds each. */
const withoutIpv6 = [
  ["net.ipv6.conf.all.disable_ipv6", "1"],
  ["net.ipv6.conf.default.disable_ipv6", "1"],
  ["net.ipv6.conf.all.forwarding", "0"],
] as const;

const withIpv6 = [
  ["net.ipv6.conf.all.disable_ipv6", "0"],
  ["net.ipv6.conf.default.disable_ipv6", "0"],
  ["net.ipv6.conf.all.forwarding", "1"],
] as const;

/** Of a router's namespace, in the order they are written. */
export function routerSysctls(hasIpv6: boolean): ReadonlyMap<string, string> {
  return new Map([...ipv4, ...(hasIpv6 ? withIpv6 : withoutIpv6)]);
}

/** Every sysctl that any router's namespace may need: what an observer has to read. */
export const routerSysctlNames: readonly string[] = [
  ...new Set([...ipv4, ...withoutIpv6, ...withIpv6].map(([name]) => name)),
];
