import { bridgeSysctlNames } from "../../desired/bridge-sysctls.ts";
import { isOwnNamespace, routerNamespacePrefix } from "../../desired/device-names.ts";
import { dhcpSysctlNames } from "../../desired/dhcp-sysctls.ts";
import { ipv6OffSysctl } from "../../desired/ipv6-off.ts";
import { routerSysctlNames } from "../../desired/router-sysctls.ts";
import type { ObservedConnection, ObservedKernel, ObservedNamespace } from "../../observed/observed-kernel.ts";
import { isLeg, ownRouteProtocol } from "../../observed/ownership.ts";
import { parseConnections } from "../../observed/parse/parse-connections.ts";
import { parseFilter } from "../../observed/parse/parse-filter.ts";
import { parseFlows } from "../../observed/parse/parse-flows.ts";
import { parseForwarding, parseNeighbours } from "../../observed/parse/parse-forwarding.ts";
import { parseLinks, parseNamespaces } from "../../observed/parse/parse-links.ts";
import { parseRoutes } from "../../observed/parse/parse-routes.ts";
import { parseRules } from "../../observed/parse/parse-rules.ts";
import { parseSysctls } from "../../observed/parse/parse-sysctls.ts";
import { byIdentity, ownFilterTable } from "../../security/filter-object.ts";
import { unlessUnreadable } from "../unless-unreadable.ts";
import type { Programs } from "./programs.ts";
import { script, sections } from "./sections.ts";

const bridgePaths = [...bridgeSysctlNames("default"), ...bridgeSysctlNames("brq*")]
  .filter((name) => !name.endsWith("disable_ipv6"))
  .map(pathOf);

/** In a router's namespace, of either backend. iptables' rules lie in tables of nftables, or in its own of old. */
const rulesCommands = [
  `tables=$(nft list tables ip)
  stands() { echo "$tables" | grep -qxF "table ip $1"; }
  if stands mangle || stands nat || grep -qs . /proc/net/ip_tables_names; then iptables-save; fi`,
  `if stands ${ownFilterTable}; then nft -n list table ip ${ownFilterTable}; fi`,
];

/** Everything is read by one shell for each namespace; nothing that it runs writes. */
const hostScript = script([
  "ip -json netns list",
  "ip -json -details link show",
  `grep -s "" ${["/proc/sys/net/bridge/bridge-nf-call-*", pathOf(ipv6OffSysctl("*")), ...bridgePaths].join(" ")} || true`,
  "bridge -json fdb show",
  "ip -4 -json neighbour show nud permanent",
  "ip -6 -json neighbour show nud permanent",
]);

const routerScript = script([
  "ip -json -details address show",
  `ip -4 -json route show proto ${ownRouteProtocol}`,
  `ip -6 -json route show proto ${ownRouteProtocol}`,
  `grep -s "" ${routerSysctlNames.map(pathOf).join(" ")} || true`,
  ...rulesCommands,
  "conntrack -L -f ipv4",
]);

/** It forwards nothing: no routes, rules or connections of ours are in it. */
const dhcpScript = script([
  "ip -json -details address show",
  "true",
  "true",
  `grep -s "" ${dhcpSysctlNames.map(pathOf).join(" ")} || true`,
]);

function pathOf(sysctl: string): string {
  return `/proc/sys/${sysctl.replaceAll(".", "/")}`;
}

export interface ObservedHost {
  readonly kernel: Pick<ObservedKernel, "links" | "sysctls" | "forwarding" | "neighbours">;
  readonly ownNamespaces: readonly string[];
}

/** @throws Error with the programs' own words when the kernel can't be read. */
export async function observeHost(programs: Programs): Promise<ObservedHost> {
  const read = await sections(programs, "", hostScript);
  const [namespaces = "", links = "", sysctls = "", forwarding = "", neighbours4 = "", neighbours6 = ""] = read;
  const { names, nameById } = parseNamespaces(namespaces);
  const linkByName = parseLinks(links, nameById);
  const ofOurs = <V>(byDevice: ReadonlyMap<string, V>) =>
    new Map([...byDevice].filter(([device]) => linkByName.get(device)?.ours === true));
  return {
    kernel: {
      links: linkByName,
      sysctls: parseSysctls(sysctls),
      forwarding: ofOurs(parseForwarding(forwarding)),
      neighbours: ofOurs(parseNeighbours(neighbours4, neighbours6)),
    },
    ownNamespaces: names.filter(isOwnNamespace).sort(),
  };
}

/** What the host tracks in zones.
 *  @throws Error with the programs' own words when they can't be listed. */
export async function observeConnections(programs: Programs): Promise<ObservedConnection[]> {
  const [connections = ""] = await sections(programs, "", script(["conntrack -L | grep zone= || true"]));
  return parseConnections(connections);
}

/** Undefined: it went before it was read. A namespace that can't be read must not keep the others from being looked at:
 *  @returns in place of it why, in the programs' words. */
export async function observeNamespace(
  programs: Programs,
  name: string,
): Promise<ObservedNamespace | string | undefined> {
  return unlessUnreadable(name, () => readNamespace(programs, name));
}

async function readNamespace(programs: Programs, name: string): Promise<ObservedNamespace> {
  const [links = "", ipv4 = "", ipv6 = "", sysctls = "", rules = "", filter = "", flows = ""] = await sections(
    programs,
    name,
    name.startsWith(routerNamespacePrefix) ? routerScript : dhcpScript,
  );
  const ours = [...parseLinks(links, new Map())].filter(([device, link]) => device === "lo" || isLeg(link));
  return {
    name,
    links: new Map(ours),
    routes: [...parseRoutes(ipv4, 4), ...parseRoutes(ipv6, 6)],
    sysctls: parseSysctls(sysctls),
    tables: parseRules(rules),
    filter: byIdentity(parseFilter(filter)),
    flows: parseFlows(flows),
  };
}
