import { formatCidr, formatIpAddress, parseCidr, parseIpAddress } from "@rhumbline/net";
import type { AdvertisedSubnet } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import { helperPath } from "../desired/desired-helper.ts";
import type { DhcpSettings } from "../desired/host-facts.ts";

/** Path in its folder. radvd reads it again when it is told to, and goes on serving meanwhile. */
export const advertisementFile = "advertise/radvd.conf";

/** Seconds between unsolicited advertisements; a solicitation is answered at once. */
const advertiseEvery = { min: 20, max: 60 };
/** Of the router and its name servers, in seconds: three advertisements may get lost. RFC 4861, section 6.2.1. */
const lifetimeSeconds = 3 * advertiseEvery.max;

/** What radvd is started with: options, one a line. */
export function radvdOptions(helper: string): string {
  const options = {
    config: helperPath(helper, advertisementFile),
    pidfile: helperPath(helper, "pid"),
    username: "nobody",
    logmethod: "syslog",
  };
  return Object.entries(options)
    .map(([name, value]) => `--${name}=${value}\n`)
    .join("");
}

/** What is said through one device: radvd.conf(5). Prefixes have the lifetime that the node's own DHCP servers advertise
 *  them with, or routers would complain of each other (RFC 4861, section 6.2.7).
 *  @param mtu of the network's links, in bytes.
 *  @throws Error for text that is no CIDR or address. */
export function advertisement(
  device: string,
  mtu: number,
  subnets: readonly AdvertisedSubnet[],
  { leaseSeconds, domain }: DhcpSettings,
): string {
  const modes = subnets.map(({ ipv6RaMode }) => ipv6RaMode);
  const managed = modes.includes("dhcpv6-stateful");
  const otherConfig = managed || modes.includes("dhcpv6-stateless");
  const nameServers = [...new Set(subnets.flatMap(({ dnsNameservers }) => dnsNameservers))].map(parseIpAddress);
  const nameServersV6 = nameServers.filter(({ family }) => family === 6).map(formatIpAddress);
  const lines = [
    `interface ${device} {`,
    "  AdvSendAdvert on;",
    `  MinRtrAdvInterval ${advertiseEvery.min};`,
    `  MaxRtrAdvInterval ${advertiseEvery.max};`,
    `  AdvDefaultLifetime ${lifetimeSeconds};`,
    ...(mtu >= smallestMtu ? [`  AdvLinkMTU ${mtu};`] : []),
    `  AdvManagedFlag ${onOff(managed)};`,
    `  AdvOtherConfigFlag ${onOff(otherConfig)};`,
    ...subnets.map((subnet) => prefixLine(subnet, leaseSeconds)),
    // radvd takes three addresses at most in one statement, and any number of these.
    ...nameServersV6.map((ip) => `  RDNSS ${ip} { AdvRDNSSLifetime ${lifetimeSeconds}; };`),
    ...(domain === "" ? [] : [`  DNSSL ${domain} { AdvDNSSLLifetime ${lifetimeSeconds}; };`]),
    "};",
  ];
  return lines.map((line) => `${line}\n`).join("");
}

/** Of a link that carries IPv6: RFC 8200, section 5. */
const smallestMtu = 1280;

/** Instances make addresses of it themselves, except where a DHCPv6 server gives them out. */
function prefixLine({ cidr, ipv6RaMode }: AdvertisedSubnet, leaseSeconds: number): string {
  const autonomous = onOff(ipv6RaMode !== "dhcpv6-stateful");
  const lifetimes = `AdvValidLifetime ${leaseSeconds}; AdvPreferredLifetime ${leaseSeconds};`;
  return `  prefix ${formatCidr(parseCidr(cidr))} { AdvOnLink on; AdvAutonomous ${autonomous}; ${lifetimes} };`;
}

const onOff = (yes: boolean): "on" | "off" => (yes ? "on" : "off");
