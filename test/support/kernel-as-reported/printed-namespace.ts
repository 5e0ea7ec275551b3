import type { LabHost } from "@rhumbline/infra/lab";
import { printedFilter } from "./printed-filter.ts";
import { linesIn, printedLink, printedSysctls } from "./printed-text.ts";

export const ofRouters = "qrouter-";
export const ofServers = "qdhcp-";

/** Of a router's or a DHCP server's namespace. */
export async function printedInside(node: LabHost, name: string): Promise<string[]> {
  const inside = node.netns(name);
  const ip = async (...args: string[]): Promise<string[]> => linesIn(await inside.output(["ip", ...args]));
  const links = (await ip("-o", "link", "show")).map(printedLink);
  const addresses = (await ip("-o", "address", "show", "scope", "global")).map((line) => line.split(/\s+/));
  const routes = [
    ...(await ip("-4", "route", "show", "proto", "118")),
    ...(await ip("-6", "route", "show", "proto", "118")),
  ];
  const rules = linesIn(await inside.output(["iptables-save"]));
  const rules6 = linesIn(await inside.output(["ip6tables-save"]));
  const lines = [
    ...links
      .filter(({ name: device }) => /^(lo$|qr-|qg-|ns-)/.test(device))
      .map(({ name: device, mac, mtu, state }) => `link ${device}${mac && ` ${mac}`} mtu ${mtu} ${state}`),
    ...addresses.map(([, device, , address]) => `address ${device} ${address}`),
    ...routes.map((line) => {
      const [destination, , nextHop, , device] = line.split(/\s+/);
      return `route ${destination} via ${nextHop} dev ${device}`;
    }),
    ...printedRules(rules),
    ...(await printedFilter(inside, ["bridge", "ip", "ip6"])),
    // None of ours is known there: one that stands is one too many.
    ...printedRules(rules6).map((rule) => `ip6 ${rule}`),
    ...(await printedSysctls(inside, sysctlsIn(name))),
  ];
  return [`namespace ${name}`, ...lines.map((line) => `${name}: ${line}`)];
}

/** Rules of ours and rules that lead to ours all have our name in them. */
function printedRules(saved: readonly string[]): string[] {
  const counts = new Map<string, number>();
  let table = "";
  return saved.flatMap((line) => {
    if (line.startsWith("*")) table = line.slice(1);
    if (!line.startsWith("-A ") || !line.includes("rhumbline-")) return [];
    const chain = `${table} ${line.split(" ")[1]}`;
    const i = counts.get(chain) ?? 0;
    counts.set(chain, i + 1);
    return [`${table} ${i} ${line}`];
  });
}

const ofBoth = ["all.disable_ipv6", "default.disable_ipv6", "all.forwarding"].map((name) => `net.ipv6.conf.${name}`);

const sysctlsIn = (name: string): string[] => [
  "net.ipv4.ip_forward",
  "net.ipv4.conf.all.promote_secondaries",
  ...ofBoth,
  ...(name.startsWith(ofRouters) ? ofRouter : ofServer),
];

const ofRouter = ["all.arp_ignore", "all.arp_announce", "all.rp_filter", "default.rp_filter"].map(
  (name) => `net.ipv4.conf.${name}`,
);

const ofServer = ["all.accept_ra", "default.accept_ra", "all.accept_dad", "default.accept_dad"].map(
  (name) => `net.ipv6.conf.${name}`,
);
