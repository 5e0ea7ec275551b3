import type { FilterObject } from "../filter-object.ts";
import { chain } from "../objects.ts";

export const dhcpServerSends = "udp sport 67 udp dport 68 drop";
export const dhcpv6ServerSends = "udp sport 547 udp dport 546 drop";
/** Advertisements and redirects. */
export const routerSends = "icmpv6 type { 134, 137 } drop";

/** Whom a port may send as; at the earliest hook, before the bridge learns a MAC address. */
export const sourceChecks: FilterObject[] = [
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
