import type { FilterObject } from "../filter-object.ts";
import { base, map, set } from "../objects.ts";
import { unmarked } from "./marks.ts";

/** What the bridge's own hooks look up; a port's elements lie in them. */
export const bridgeSets: FilterObject[] = [
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

/** What has a tag (IEEE 802.1Q) is a VLAN's, and not the flat network's of the same wire. */
const tagged = "ether type { 0x8100, 0x88a8 }";

/** Group 118: router legs and other devices of our own making. Group 120: what is bound as an instance's device. */
export const bridgeHooks: FilterObject[] = [
  base("bridge", "prerouting", "prerouting", -300, [
    "iifname vmap @sources",
    `iifname "flat*" iifgroup 118 ${tagged} drop`,
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
    `oifname "flat*" oifgroup 118 ${tagged} drop`,
    "oifgroup 118 accept",
    "oifgroup 120 drop",
    "oifname @foreign accept",
    'oifname "tap*" drop',
  ]),
  // What leaves through a tunnel or with a tag must not meet the host's rules for marks.
  base("bridge", "postrouting", "postrouting", 300, [`oifgroup 118 ${unmarked}`]),
  base("bridge", "output", "output", 10, [
    "oifname vmap @ingress",
    "oifgroup 118 accept",
    "oifgroup 120 drop",
    "oifname @foreign accept",
    'oifname "tap*" drop',
  ]),
];
