import { routerNamespacePrefix } from "../../desired/device-names.ts";
import { ipv6OffSysctl } from "../../desired/ipv6-off.ts";
import { routerSysctlNames } from "../../desired/router-sysctls.ts";
import type { ObservedKernel, ObservedNamespace } from "../../observed/observed-kernel.ts";
import { ownRouteProtocol } from "../../observed/ownership.ts";
import { parseConnections } from "../../observed/parse/parse-connections.ts";
import { parseFilter } from "../../observed/parse/parse-filter.ts";
import { parseFlows } from "../../observed/parse/parse-flows.ts";
import { parseLinks, parseNamespaces } from "../../observed/parse/parse-links.ts";
import { parseRoutes } from "../../observed/parse/parse-routes.ts";
import { parseRules } from "../../observed/parse/parse-rules.ts";
import { parseSysctls } from "../../observed/parse/parse-sysctls.ts";
import { ownFilterTable } from "../../security/filter-object.ts";
import { inNamespace, type Programs } from "./programs.ts";

const endOfSection = "--- end of section ---";

/** A list that fails for another reason than that there is no table must not look like an empty one. */
const filterCommands = [
  `tables=$(nft list tables)
  for family in bridge ip ip6; do
    case "$tables" in *"table $family ${ownFilterTable}"*) nft -n list table $family ${ownFilterTable} ;; esac
  done`,
  `case "$tables" in *"table ip ${ownFilterTable}"*) conntrack -L | grep zone= || true ;; esac`,
];

/** Everything is read by one shell for each namespace; nothing that it runs writes. */
const hostScript = script([
  "ip -json netns list",
  "ip -json -details link show",
  `grep -s "" ${["/proc/sys/net/bridge/bridge-nf-call-*", pathOf(ipv6OffSysctl("*"))].join(" ")} || true`,
  ...filterCommands,
]);

const namespaceScript = script([
  "ip -json -details address show",
  `ip -4 -json route show proto ${ownRouteProtocol}`,
  `ip -6 -json route show proto ${ownRouteProtocol}`,
  `grep -s "" ${routerSysctlNames.map(pathOf).join(" ")} || true`,
  "iptables-save",
  "conntrack -L -f ipv4",
]);

function script(commands: readonly string[]): string {
  return ["set -e", ...commands.flatMap((command) => [command, `echo; echo "${endOfSection}"`])].join("\n");
}

function pathOf(sysctl: string): string {
  return `/proc/sys/${sysctl.replaceAll(".", "/")}`;
}

export interface ObservedHost {
  readonly kernel: Omit<ObservedKernel, "namespaces" | "unreadable">;
  readonly routerNamespaces: readonly string[];
}

/** @throws Error with the programs' own words when the kernel can't be read. */
export async function observeHost(programs: Programs): Promise<ObservedHost> {
  const [namespaces = "", links = "", sysctls = "", filter = "", connections = ""] = await sections(
    programs,
    "",
    hostScript,
  );
  const { names, nameById } = parseNamespaces(namespaces);
  return {
    kernel: {
      links: parseLinks(links, nameById),
      sysctls: parseSysctls(sysctls),
      ...filterIn(filter, connections),
    },
    routerNamespaces: names.filter((name) => name.startsWith(routerNamespacePrefix)).sort(),
  };
}

type Filtering = Pick<ObservedKernel, "filter" | "connections">;

/** The host's packet filter, and what it tracks.
 *  @throws Error with the programs' own words when the kernel can't be read. */
export async function observeFilter(programs: Programs): Promise<Filtering> {
  const [filter = "", connections = ""] = await sections(programs, "", script(filterCommands));
  return filterIn(filter, connections);
}

const filterIn = (filter: string, connections: string): Filtering => ({
  filter: parseFilter(filter),
  connections: parseConnections(connections),
});

/** Undefined: it went before it was read. A namespace that can't be read must not keep the others from being looked at:
 *  @returns in place of it why, in the programs' words. */
export async function observeNamespace(
  programs: Programs,
  name: string,
): Promise<ObservedNamespace | string | undefined> {
  try {
    return await readNamespace(programs, name);
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    return words.includes(goneWords(name)) ? undefined : words;
  }
}

const goneWords = (name: string): string => `Cannot open network namespace "${name}"`;

/** The rules alone, for a driver that reads the rest by itself.
 *  @returns a text in place of them: why they can't be read; undefined: the namespace is gone. */
export async function readNamespaceRules(
  programs: Programs,
  name: string,
): Promise<ObservedNamespace["tables"] | string | undefined> {
  const { code, stdout, stderr } = await programs.run(inNamespace(name, ["iptables-save"]), "");
  if (code === 0) return parseRules(stdout);
  return stderr.includes(goneWords(name)) ? undefined : stderr.trim();
}

async function readNamespace(programs: Programs, name: string): Promise<ObservedNamespace> {
  const [links = "", ipv4 = "", ipv6 = "", sysctls = "", rules = "", flows = ""] = await sections(
    programs,
    name,
    namespaceScript,
  );
  const ours = [...parseLinks(links, new Map())].filter(([device]) => /^(qr-|qg-|lo$)/.test(device));
  return {
    name,
    links: new Map(ours),
    routes: [...parseRoutes(ipv4, 4), ...parseRoutes(ipv6, 6)],
    sysctls: parseSysctls(sysctls),
    tables: parseRules(rules),
    flows: parseFlows(flows),
  };
}

async function sections(programs: Programs, netns: string, commands: string): Promise<string[]> {
  const { code, stdout, stderr } = await programs.run(inNamespace(netns, ["sh", "-c", commands]), "");
  if (code !== 0) throw new Error(`the kernel of ${netns || "the host"} can't be read: ${stderr.trim()}`);
  return stdout.split(endOfSection);
}
