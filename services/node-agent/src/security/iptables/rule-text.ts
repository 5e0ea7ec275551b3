import { formatCidr, hasPorts, type SecurityRule } from "@rhumbline/net";
import { chains, setName } from "./names.ts";
import { protocolText } from "./protocol-text.ts";

/** A rule of a group as iptables-save prints it, without its chain; none where no packet can be meant. */
export function ruleText(rule: SecurityRule): string[] {
  // The last header of an IPv6 packet is never of type 0, and "-p 0" would mean any.
  if (rule.protocol === 0 && rule.family === 6) return [];
  const target = rule.direction === "egress" ? chains.letOut : chains.pass;
  return [
    [
      ...prefixMatch(rule),
      ...protocolMatch(rule),
      ...setMatch(rule),
      `-m comment --comment ${rule.id} -g ${target}`,
    ].join(" "),
  ];
}

function prefixMatch({ direction, remote }: SecurityRule): string[] {
  if (remote?.kind !== "prefix" || remote.prefix.prefixLength === 0) return [];
  return [`${direction === "ingress" ? "-s" : "-d"} ${formatCidr(remote.prefix)}`];
}

function setMatch({ direction, family, remote }: SecurityRule): string[] {
  if (remote?.kind !== "named") return [];
  return [`-m set --match-set ${setName(remote.name, family)} ${direction === "ingress" ? "src" : "dst"}`];
}

function protocolMatch({ family, protocol, ports, icmp }: SecurityRule): string[] {
  if (protocol === undefined) return [];
  if (protocol === 0) return [`-m u32 --u32 "0x6&0xff=0x0"`];
  const name = `-p ${protocolText(protocol)}`;
  if (icmp !== undefined && protocol === icmpOf[family]) {
    const type = icmp.code === undefined ? `${icmp.type}` : `${icmp.type}/${icmp.code}`;
    return [name, family === 4 ? `-m icmp --icmp-type ${type}` : `-m icmp6 --icmpv6-type ${type}`];
  }
  if (ports === undefined || !hasPorts(protocol)) return [name];
  const [first, last] = ports;
  const range = first === last ? `${first}` : `${first}:${last}`;
  const match = matchByProtocol.get(protocol);
  return [name, match === undefined ? `-m multiport --dports ${range}` : `-m ${match} --dport ${range}`];
}

const icmpOf = { 4: 1, 6: 58 } as const;

/** Those with a match of their own. */
const matchByProtocol: ReadonlyMap<number, string> = new Map([
  [6, "tcp"],
  [17, "udp"],
  [33, "dccp"],
  [132, "sctp"],
]);
