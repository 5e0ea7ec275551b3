import { bridgeHooks, bridgeSets } from "../bridge/hooks.ts";
import { hasMark, packetMarks, unmarked } from "../bridge/marks.ts";
import { dhcpServerSends, dhcpv6ServerSends, routerSends, sourceChecks } from "../bridge/source-checks.ts";
import type { FilterObject } from "../filter-object.ts";
import { base, chain, map } from "../objects.ts";

/** What stands on every host with a bridge of ours, whatever its ports are: nothing passes a port of an instance before its
 *  own rules stand. Chains and maps of the ports lie behind it. */
export function baseLayout(): FilterObject[] {
  return [...bridgeSets, ...sourceChecks, ...basics, ...bridgeHooks, ...trackingOf("ip"), ...trackingOf("ip6")];
}

/** What every filtered port may do whatever its groups say: neighbour discovery, address assignment, and nothing of a
 *  connection that isn't tracked or was revoked (Neutron: iptables_firewall.py, _add_fallback_chain_v4v6 and its like). */
const basics: FilterObject[] = [
  chain("bridge", "egress-basics", [
    `${hasMark(packetMarks.refused)} drop`,
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
    `${hasMark(packetMarks.refused)} drop`,
    "ether type 0x0806 accept",
    "icmpv6 type { 130, 134, 135, 136 } accept",
    "ether type 0x0800 udp sport 67 udp dport 68 accept",
    "ether type 0x86dd udp sport 547 udp dport 546 accept",
  ]),
];

/** Every port's own chain begins with it. */
export const acceptEstablished = `${hasMark(packetMarks.established)} accept`;

/** Each bridge has a conntrack zone of its own: two tenants may use the same addresses. Packets of no bridge of ours are
 *  left as they are. */
function trackingOf(table: "ip" | "ip6"): FilterObject[] {
  return [
    map(table, "zones", "typeof iifname : ct zone"),
    map(table, "bridges", "type ifname : verdict"),
    chain(table, "established", [`meta mark set meta mark | ${packetMarks.established}`]),
    chain(table, "refused", [`meta mark set meta mark | ${packetMarks.refused}`]),
    chain(table, "state", [
      // The host may have marked what carried the packet here.
      unmarked,
      "ct mark & 0x00000001 == 0x00000001 goto refused",
      "ct state vmap { 0x1 : goto refused, 0x2 : goto established, 0x4 : goto established }",
    ]),
    base(table, "zone", "prerouting", -300, ["ct zone set iifname map @zones"]),
    base(table, "tracked", "prerouting", -150, ["iifname vmap @bridges"]),
  ];
}
