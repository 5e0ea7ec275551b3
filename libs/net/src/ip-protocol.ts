/** Protocol numbers by the names that Neutron takes (neutron-lib constants, IP_PROTOCOL_MAP), the first of several first.
 *  https://www.iana.org/assignments/protocol-numbers */
const numberByName: ReadonlyMap<string, number> = new Map([
  ["icmp", 1],
  ["igmp", 2],
  ["ipip", 4],
  ["tcp", 6],
  ["egp", 8],
  ["udp", 17],
  ["dccp", 33],
  ["ipv6-encap", 41],
  ["ipv6-route", 43],
  ["ipv6-frag", 44],
  ["rsvp", 46],
  ["gre", 47],
  ["esp", 50],
  ["ah", 51],
  ["ipv6-icmp", 58],
  ["icmpv6", 58],
  ["ipv6-nonxt", 59],
  ["ipv6-opts", 60],
  ["ospf", 89],
  ["vrrp", 112],
  ["pgm", 113],
  ["sctp", 132],
  ["udplite", 136],
]);

export class InvalidIpProtocol extends Error {
  override readonly name = "InvalidIpProtocol";
  constructor(text: string) {
    const names = [...numberByName.keys()].join(", ");
    super(`${JSON.stringify(text)} is no protocol: accepted are 0 to 255, and ${names}`);
  }
}

/** Of a name in any case, or a number from 0 to 255 as text.
 *  @throws InvalidIpProtocol */
export function parseIpProtocol(text: string): number {
  const named = numberByName.get(text.toLowerCase());
  if (named !== undefined) return named;
  if (!/^(0|[1-9][0-9]{0,2})$/.test(text) || Number(text) > 255) throw new InvalidIpProtocol(text);
  return Number(text);
}

/** Its name where it has one, else the number. */
export function formatIpProtocol(number: number): string {
  for (const [name, each] of numberByName) if (each === number) return name;
  return String(number);
}

/** Whose headers begin with a source and a destination port. */
export const hasPorts = (protocol: number): boolean => [6, 17, 33, 132, 136].includes(protocol);
