import { formatIpAddress, parseCidr } from "@rhumbline/net";
import type { DesiredDhcp, DesiredDhcpSubnet } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import { helperPath } from "../desired/desired-helper.ts";
import type { DhcpSettings } from "../desired/host-facts.ts";
import { netmaskOf } from "./netmask.ts";

/** Seconds between unsolicited router advertisements; a solicitation is answered at once. */
const advertiseEverySeconds = 60;
/** More than a bridge can have ports (1,023), with several addresses each. */
const maxLeases = 100_000;

/** What dnsmasq reads once. It serves those it knows and nobody else (`static`), answers for names of its network and knows
 *  nobody to ask for others, and its advertisements say which prefixes there are, never that it were a router (lifetime 0): the router says so itself.
 *  Tags of ports hang on MAC addresses here: a tag in a host's own line makes dnsmasq 2.90 free memory that isn't its own
 *  when it reads its files again. */
export function dnsmasqConfig(
  name: string,
  device: string,
  { subnets, mtu }: DesiredDhcp,
  tagByMac: ReadonlyMap<string, string>,
  { leaseSeconds, domain }: DhcpSettings,
): string {
  const path = (file: string): string => helperPath(name, file);
  const announcing = subnets.filter(({ ipv6RaMode }) => ipv6RaMode !== "");
  const managed = announcing.some(({ ipv6RaMode }) => ipv6RaMode === "dhcpv6-stateful");
  const lines = [
    "user=nobody",
    "group=nogroup",
    `pid-file=${path("pid")}`,
    "no-hosts",
    "no-resolv",
    `addn-hosts=${path("names")}`,
    // Names without a domain, and those of its own: nobody else knows more of them.
    "local=//",
    ...(domain === "" ? [] : [`local=/${domain}/`]),
    "bind-dynamic",
    `interface=${device}`,
    "except-interface=lo",
    "quiet-dhcp",
    "quiet-dhcp6",
    "quiet-ra",
    "dhcp-authoritative",
    `dhcp-lease-max=${maxLeases}`,
    `dhcp-leasefile=${path("leases")}`,
    `dhcp-hostsfile=${path("hosts")}`,
    `dhcp-optsfile=${path("options")}`,
    ...(domain === "" ? [] : [`domain=${domain}`]),
    `dhcp-option-force=option:mtu,${mtu}`,
    ...subnets.flatMap((subnet) => rangeOf(subnet, leaseSeconds)),
    ...(managed ? ["enable-ra"] : []),
    ...(announcing.length > 0 ? [`ra-param=${device},mtu:${mtu},${advertiseEverySeconds},0`] : []),
    ...[...tagByMac].map(([mac, tag]) => `dhcp-mac=set:${tag},${mac}`),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

export const subnetTag = (subnetId: string): string => `subnet-${subnetId}`;

function rangeOf({ subnetId, cidr: text, ipv6RaMode, ipv6AddressMode }: DesiredDhcpSubnet, lease: number): string[] {
  const cidr = parseCidr(text);
  const start = formatIpAddress(cidr.network);
  const range = `dhcp-range=set:${subnetTag(subnetId)},${start}`;
  if (cidr.network.family === 4) return [`${range},static,${netmaskOf(cidr.prefixLength)},${lease}s`];
  if (ipv6RaMode === "slaac") return [`${range},ra-only,${cidr.prefixLength},${lease}s`];
  if (ipv6RaMode === "dhcpv6-stateless") return [`${range},ra-stateless,${cidr.prefixLength},${lease}s`];
  // Instances are told by somebody else to make their addresses, and need no server.
  if (ipv6RaMode === "" && ipv6AddressMode === "slaac") return [];
  return [`${range},static,${cidr.prefixLength},${lease}s`];
}
