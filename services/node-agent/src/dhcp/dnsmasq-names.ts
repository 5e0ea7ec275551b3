import { formatIpAddress, parseIpAddress } from "@rhumbline/net";

/** What an instance is called in DNS, as hosts(5) has it, a line for each of its addresses: behind its network's domain and without.
 *  @param domain empty: none.
 *  @throws Error for text that is no name or address. */
export function nameLines(dnsName: string, domain: string, ipAddresses: readonly string[]): string {
  if (!/^[a-z0-9.-]{1,253}$/.test(dnsName)) throw new Error(`${JSON.stringify(dnsName)} is no host name`);
  const isWhole = domain === "" || dnsName.endsWith(`.${domain}`);
  const names = isWhole ? [dnsName] : [`${dnsName}.${domain}`, dnsName];
  return ipAddresses.map((ip) => `${formatIpAddress(parseIpAddress(ip))} ${names.join(" ")}\n`).join("");
}
