import type { ObservedConnection } from "../observed-kernel.ts";

/** `conntrack -L`, those lines that name a zone: connections as their first packet had them. */
export function parseConnections(listed: string): ObservedConnection[] {
  return listed.split("\n").flatMap((line) => {
    const [, protocol] = /^\S+\s+(\d+)/.exec(line) ?? [];
    const zone = fieldOf(line, "zone");
    const source = fieldOf(line, "src");
    const destination = fieldOf(line, "dst");
    if (protocol === undefined || zone === undefined || source === undefined || destination === undefined) return [];
    const connection: ObservedConnection = {
      zone: Number(zone),
      family: source.includes(":") ? 6 : 4,
      protocol: Number(protocol),
      source,
      destination,
      sourcePort: numberOf(line, "sport"),
      destinationPort: numberOf(line, "dport"),
      icmp: icmpOf(line),
      mark: numberOf(line, "mark"),
    };
    return [connection];
  });
}

function icmpOf(line: string): ObservedConnection["icmp"] {
  if (fieldOf(line, "type") === undefined) return undefined;
  return { type: numberOf(line, "type"), code: numberOf(line, "code"), id: numberOf(line, "id") };
}

/** The first of that name: the original direction is printed first. */
function fieldOf(line: string, name: string): string | undefined {
  return new RegExp(`(?:^|\\s)${name}=(\\S+)`).exec(line)?.[1];
}

const numberOf = (line: string, name: string): number => Number(fieldOf(line, name) ?? 0);
