/** A line of the file in which dnsmasq keeps what it gave. */
export interface DnsmasqLease {
  readonly ipAddress: string;
  /** What the client calls itself, in hex: of DHCPv6 its DUID. Empty: nothing. */
  readonly clientId: string;
  /** Since 1970; 0: it does not end. */
  readonly endsAtSeconds: number;
}

/** "<end> <MAC address> <address> <name> <client id>" each; those of DHCPv6 have the IAID in place of the MAC address, and
 *  stand behind the server's own DUID. What has no value is "*". */
export function parseLeases(text: string): DnsmasqLease[] {
  return text.split("\n").flatMap((line) => {
    const [, end, ipAddress = "", clientId = ""] = /^(\d+) \S+ (\S+) \S+ (\S+)$/.exec(line) ?? [];
    return end === undefined
      ? []
      : [{ ipAddress, clientId: clientId === "*" ? "" : clientId, endsAtSeconds: Number(end) }];
  });
}
