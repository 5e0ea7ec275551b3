import type { Mark, PortMapping, PortRange, Rule, RuleChain, RuleMatch, RuleTarget } from "./rule-model.ts";

/** A chain's rules exactly as iptables-save prints them, so that desired and observed compare as text:
 *  addresses with their /32, the interface before the matches, marks in hexadecimal with their mask. */
export function iptablesRules(chain: RuleChain): string[] {
  return chain.rules.map((rule) => iptablesRule(chain.name, rule));
}

function iptablesRule(chain: string, { match, target }: Rule): string {
  return [`-A ${chain}`, ...matchText(match), targetText(target)].join(" ");
}

function matchText(match: RuleMatch): string[] {
  const parts: string[] = [];
  if (match.source !== undefined) parts.push(`-s ${match.source}/32`);
  if (match.destination !== undefined) parts.push(`-d ${match.destination}/32`);
  if (match.inDevice !== undefined) parts.push(`-i ${match.inDevice}`);
  if (match.outDevice !== undefined) parts.push(`-o ${match.outDevice}`);
  if (match.notOutDevice !== undefined) parts.push(`! -o ${match.notOutDevice}`);
  if (match.protocol !== undefined) parts.push(`-p ${match.protocol}`);
  if (match.destinationPorts !== undefined) {
    parts.push(`-m ${match.protocol ?? "tcp"} --dport ${portsText(match.destinationPorts)}`);
  }
  if (match.notMark !== undefined) parts.push(`-m mark ! --mark ${markText(match.notMark)}`);
  if (match.destinationTranslated !== undefined) {
    parts.push(`-m conntrack ${match.destinationTranslated ? "" : "! "}--ctstate DNAT`);
  }
  if (match.comment !== undefined) parts.push(`-m comment --comment "${match.comment}"`);
  return parts;
}

function targetText(target: RuleTarget): string {
  switch (target.kind) {
    case "jump":
      return `-j ${target.chain}`;
    case "accept":
      return "-j ACCEPT";
    case "return":
      return "-j RETURN";
    case "mark":
      return `-j MARK --set-xmark ${markText(target.mark)}`;
    case "dnat":
      return `-j DNAT --to-destination ${target.to}${mappingText(target.ports)}`;
    case "snat":
      return `-j SNAT --to-source ${target.to}${target.ports === "random" ? " --random-fully" : ""}`;
    default:
      return target satisfies never;
  }
}

const portsText = ({ first, last }: PortRange): string => (first === last ? `${first}` : `${first}:${last}`);

/** "Shifted" ranges, of iptables-extensions(8): since Linux 4.18. */
function mappingText(ports: PortMapping | undefined): string {
  if (ports === undefined) return "";
  return "port" in ports ? `:${ports.port}` : `:${ports.first}-${ports.last}/${ports.base}`;
}

function markText({ value, mask }: Mark): string {
  return `0x${value.toString(16)}/0x${mask.toString(16)}`;
}
