import { hasPorts, type SecurityRule } from "@rhumbline/net";
import { prefixText } from "../prefix-text.ts";

/** A rule of a group exactly as `nft -n list` prints it: what a match implies is left out. */
export function ruleText(rule: SecurityRule): string {
  const remote = remoteText(rule);
  const transport = transportText(rule);
  const implied = remote !== undefined || transport?.impliesFamily === true;
  const family = implied ? [] : [`ether type ${rule.family === 4 ? "0x0800" : "0x86dd"}`];
  return [...family, remote, transport?.text, `accept comment "${rule.id}"`]
    .filter((part) => part !== undefined)
    .join(" ");
}

function remoteText({ family, direction, remote }: SecurityRule): string | undefined {
  if (remote === undefined) return undefined;
  const field = `${family === 4 ? "ip" : "ip6"} ${direction === "ingress" ? "saddr" : "daddr"}`;
  if (remote.kind === "named") return `${field} @${remote.name}-${family}`;
  return remote.prefix.prefixLength === 0 ? undefined : `${field} ${prefixText(remote.prefix)}`;
}

const icmp = 1;
const icmpv6 = 58;

function transportText(rule: SecurityRule): { text: string; impliesFamily: boolean } | undefined {
  const { protocol, ports, icmp: kind } = rule;
  if (protocol === undefined) return undefined;
  const impliesFamily = protocol === icmp || protocol === icmpv6;
  if (kind !== undefined && impliesFamily) {
    const name = protocol === icmp ? "icmp" : "icmpv6";
    const code = kind.code === undefined ? "" : ` ${name} code ${kind.code}`;
    return { text: `${name} type ${kind.type}${code}`, impliesFamily };
  }
  if (ports !== undefined && hasPorts(protocol)) {
    const [first, last] = ports;
    return { text: `${nameOf(protocol)} dport ${first === last ? first : `${first}-${last}`}`, impliesFamily };
  }
  return { text: `meta l4proto ${protocol}`, impliesFamily };
}

function nameOf(protocol: number): string {
  return { 6: "tcp", 17: "udp", 33: "dccp", 132: "sctp", 136: "udplite" }[protocol] ?? "";
}
