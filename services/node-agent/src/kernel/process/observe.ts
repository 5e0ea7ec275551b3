import { bridgeSysctlNames } from "../../desired/bridge-sysctls.ts";
import { routerNamespacePrefix } from "../../desired/device-names.ts";
import { ipv6OffSysctl } from "../../desired/ipv6-off.ts";
import { routerSysctlNames } from "../../desired/router-sysctls.ts";
import type { ObservedKernel, ObservedNamespace } from "../../observed/observed-kernel.ts";
import { ownRouteProtocol } from "../../observed/ownership.ts";
import { parseFlows } from "../../observed/parse/parse-flows.ts";
import { parseForwarding, parseNeighbours } from "../../observed/parse/parse-forwarding.ts";
import { parseLinks, parseNamespaces } from "../../observed/parse/parse-links.ts";
import { parseRoutes } from "../../observed/parse/parse-routes.ts";
import { parseRules } from "../../observed/parse/parse-rules.ts";
import { parseSysctls } from "../../observed/parse/parse-sysctls.ts";
import { inNamespace, type Programs } from "./programs.ts";

const endOfSection = "--- end of section ---";

const bridgePaths = [...bridgeSysctlNames("default"), ...bridgeSysctlNames("brq*")]
  .filter((name) => !name.endsWith("disable_ipv6"))
  .map(pathOf);

/** Everything is read by one shell for each namespace; nothing that it runs writes. */
const hostScript = script([
  "ip -json netns list",
  "ip -json -details link show",
  `grep -s "" ${["/proc/sys/net/bridge/bridge-nf-call-*", pathOf(ipv6OffSysctl("*")), ...bridgePaths].join(" ")} || true`,
  "bridge -json fdb show",
  "ip -4 -json neighbour show nud permanent",
  "ip -6 -json neighbour show nud permanent",
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
  const [namespaces = "", links = "", sysctls = "", forwarding = "", ...neighbours] = await sections(
    programs,
    "",
    hostScript,
  );
  const { names, nameById } = parseNamespaces(namespaces);
  const linkByName = parseLinks(links, nameById);
  const ofOurs = <V>(byDevice: ReadonlyMap<string, V>) =>
    new Map([...byDevice].filter(([device]) => linkByName.get(device)?.ours === true));
  return {
    kernel: {
      links: linkByName,
      sysctls: parseSysctls(sysctls),
      forwarding: ofOurs(parseForwarding(forwarding)),
      neighbours: ofOurs(parseNeighbours(...neighbours)),
    },
    routerNamespaces: names.filter((name) => name.startsWith(routerNamespacePrefix)).sort(),
  };
}

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
