/** The protocols that iptables knows by itself, whatever the host's /etc/protocols says. */
const nameByNumber: ReadonlyMap<number, string> = new Map([
  [1, "icmp"],
  [6, "tcp"],
  [17, "udp"],
  [58, "ipv6-icmp"],
  [132, "sctp"],
  [136, "udplite"],
]);

/** As our rules name a protocol: one text, on whatever host they are read. */
export const protocolText = (protocol: number): string => nameByNumber.get(protocol) ?? String(protocol);

/** `-p <word>`, as this host prints it.
 *  @param numberByName the host's /etc/protocols. */
export function protocolOf(word: string, numberByName: ReadonlyMap<string, number>): string {
  const own = [...nameByNumber].find(([, name]) => name === word)?.[0];
  const number = own ?? numberByName.get(word);
  return number === undefined ? word : protocolText(number);
}
