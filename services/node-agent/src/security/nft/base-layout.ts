import type { FilterObject } from "../filter-object.ts";
import { base, chain, map, set } from "./objects.ts";

/** Bits of a packet's mark, by which what connection tracking knows comes from the IP layer, where bridged packets are
 *  tracked (br_netfilter), to the bridge's own hooks, which can't ask it themselves on every kernel. */
const established = "0x10000000";
/** Invalid, or of a connection that was let through and isn't any more. */
const refused = "0x20000000";
/** Bit of a connection's mark: nothing of it passes any more. */
export const revokedMark = 1;

/** What stands on every host with a bridge of ours, whatever its ports are: nothing passes a port of an instance before its
 *  own rules stand. Chains and maps of the ports lie behind it. */
export function baseLayout(): FilterObject[] {
  return [...bridgeSets, ...sourceChecks, ...basics, ...bridgeHooks, ...trackingOf("ip"), ...trackingOf("ip6")];
}

const bridgeSets: FilterObject[] = [
  map("bridge", "sources", "type ifname : verdict"),
  map("bridge", "egress", "type ifname : verdict"),
  map("bridge", "ingress", "type ifname : verdict"),
  // Devices of the host's own that happen to be named like an instance's.
  set("bridge", "foreign", "type ifname"),
  set("bridge", "isolated", "type ifname"),
  set("bridge", "macs", "type ifname . ether_addr"),
  set("bridge", "source4", "type ifname . ether_addr . ipv4_addr"),
  set("bridge", "source4-nets", "type ifname . ether_addr . ipv4_addr", "flags interval"),
  set("bridge", "source6", "type ifname . ether_addr . ipv6_addr"),
  set("bridge", "source6-nets", "type ifname . ether_addr . ipv6_addr", "flags interval"),
  // The target of a neighbour advertisement, which nft of Debian 12 has no name for.
  set("bridge", "nd-targets", "typeof iifname . @th,64,128"),
  set("bridge", "nd-any", "type ifname"),
];

const dhcpServerSends = "udp sport 67 udp dport 68 drop";
const dhcpv6ServerSends = "udp sport 547 udp dport 546 drop";
/** Advertisements and redirects. */
const routerSends = "icmpv6 type { 134, 137 } drop";

/** Whom a port may send as; at the earliest hook, before the bridge learns a MAC address. */
const sourceChecks: FilterObject[] = [
  chain("bridge", "source-arp", [
    "iifname . ether saddr != @macs drop",
    "iifname . arp saddr ether . arp saddr ip @source4 accept",
    "iifname . arp saddr ether . arp saddr ip @source4-nets accept",
    // A probe for an address that nobody has yet: RFC 5227.
    "arp saddr ip 0.0.0.0 iifname . arp saddr ether @macs accept",
    "drop",
  ]),
  chain("bridge", "source-ip", [
    dhcpServerSends,
    "iifname . ether saddr . ip saddr @source4 accept",
    "iifname . ether saddr . ip saddr @source4-nets accept",
    "ip saddr 0.0.0.0 udp sport 68 udp dport 67 iifname . ether saddr @macs accept",
    "drop",
  ]),
  chain("bridge", "source-na", [
    "iifname . ether saddr != @macs drop",
    "iifname . @th,64,128 @nd-targets accept",
    "iifname @nd-any accept",
    "drop",
  ]),
  chain("bridge", "source-ip6", [
    routerSends,
    dhcpv6ServerSends,
    "icmpv6 type 136 goto source-na",
    "iifname . ether saddr . ip6 saddr @source6 accept",
    "iifname . ether saddr . ip6 saddr @source6-nets accept",
    // Duplicate address detection, and reports before there is an address.
    "ip6 saddr :: icmpv6 type { 131, 135, 143 } iifname . ether saddr @macs accept",
    "drop",
  ]),
  chain("bridge", "source", [
    "ether type vmap { 0x0800 : goto source-ip, 0x0806 : goto source-arp, 0x86dd : goto source-ip6 }",
    "drop",
  ]),
];

/** What every filtered port may do whatever its groups say: neighbour discovery, address assignment, and nothing of a
 *  connection that isn't tracked or was revoked (Neutron: iptables_firewall.py, _add_fallback_chain_v4v6 and its like). */
const basics: FilterObject[] = [
  chain("bridge", "egress-basics", [
    `meta mark & ${refused} == ${refused} drop`,
    "ether type 0x0806 accept",
    // What came in fragments is whole only here.
    dhcpServerSends,
    dhcpv6ServerSends,
    routerSends,
    "icmpv6 type { 130, 131, 132, 133, 135, 136, 143 } accept",
    "ether type 0x0800 udp sport 68 udp dport 67 accept",
    "ether type 0x86dd udp sport 546 udp dport 547 accept",
  ]),
  chain("bridge", "ingress-basics", [
    `meta mark & ${refused} == ${refused} drop`,
    "ether type 0x0806 accept",
    "icmpv6 type { 130, 134, 135, 136 } accept",
    "ether type 0x0800 udp sport 67 udp dport 68 accept",
    "ether type 0x86dd udp sport 547 udp dport 546 accept",
  ]),
];

/** Every port's own chain begins with it. */
export const acceptEstablished = `meta mark & ${established} == ${established} accept`;

/** Group 118: router legs and other devices of our own making. Group 120: what is bound as an instance's device. */
const bridgeHooks: FilterObject[] = [
  base("bridge", "prerouting", "prerouting", -300, [
    "iifname vmap @sources",
    "iifgroup 118 accept",
    "iifgroup 120 drop",
    "iifname @foreign accept",
    'iifname "tap*" drop',
  ]),
  // A tenant's bridge has no address of the host's, and the host must not answer for those that it has elsewhere.
  base("bridge", "input", "input", 10, ["iifname @isolated drop"]),
  base("bridge", "forward-egress", "forward", 10, ["iifname vmap @egress"]),
  base("bridge", "forward-ingress", "forward", 11, [
    "oifname vmap @ingress",
    "oifgroup 118 accept",
    "oifgroup 120 drop",
    "oifname @foreign accept",
    'oifname "tap*" drop',
  ]),
  // What leaves through a tunnel or with a tag must not meet the host's rules for marks.
  base("bridge", "postrouting", "postrouting", 300, ["oifgroup 118 meta mark set meta mark & 0xcfffffff"]),
  base("bridge", "output", "output", 10, [
    "oifname vmap @ingress",
    "oifgroup 118 accept",
    "oifgroup 120 drop",
    "oifname @foreign accept",
    'oifname "tap*" drop',
  ]),
];

/** Each bridge has a conntrack zone of its own: two tenants may use the same addresses. Packets of no bridge of ours are
 *  left as they are. */
function trackingOf(table: "ip" | "ip6"): FilterObject[] {
  return [
    map(table, "zones", "typeof iifname : ct zone"),
    map(table, "bridges", "type ifname : verdict"),
    chain(table, "established", [`meta mark set meta mark | ${established}`]),
    chain(table, "refused", [`meta mark set meta mark | ${refused}`]),
    chain(table, "state", [
      // The host may have marked what carried the packet here.
      "meta mark set meta mark & 0xcfffffff",
      "ct mark & 0x00000001 == 0x00000001 goto refused",
      "ct state vmap { 0x1 : goto refused, 0x2 : goto established, 0x4 : goto established }",
    ]),
    base(table, "zone", "prerouting", -300, ["ct zone set iifname map @zones"]),
    base(table, "tracked", "prerouting", -150, ["iifname vmap @bridges"]),
  ];
}
