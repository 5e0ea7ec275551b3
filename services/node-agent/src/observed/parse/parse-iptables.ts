import { isOwnChain } from "../../rules/own-chains.ts";
import type { FilterElement, FilterObject, IptablesTable } from "../../security/filter-object.ts";
import { isDispatchChain } from "../../security/iptables/names.ts";
import { protocolOf } from "../../security/iptables/protocol-text.ts";
import { element } from "../../security/objects.ts";

/** `iptables-save` or `ip6tables-save` on the host: what is ours in the tables that filter ports.
 *  @param protocols the host's /etc/protocols, which says how they name a protocol. */
export function parseIptables(
  program: "iptables" | "ip6tables",
  saved: string,
  protocols: ReadonlyMap<string, number>,
): FilterObject[] {
  return saved.split(/^\*/m).flatMap((text) => {
    const [name, ...lines] = text.split("\n");
    return name === "raw" || name === "filter" ? objectsOf(`${program} ${name}`, lines, protocols) : [];
  });
}

function objectsOf(
  table: IptablesTable,
  lines: readonly string[],
  protocols: ReadonlyMap<string, number>,
): FilterObject[] {
  const chains = new Map<string, string[]>();
  for (const line of lines) {
    const [, declared] = /^:(\S+) /.exec(line) ?? [];
    if (declared !== undefined) chains.set(declared, []);
    const [, chain = "", rule = ""] = /^-A (\S+) ?(.*)$/.exec(line) ?? [];
    chains.get(chain)?.push(rule.replace(/(?<=-p )\S+/, (word) => protocolOf(word, protocols)));
  }
  return [...chains].flatMap(([name, rules]): FilterObject[] => {
    if (isDispatchChain(name)) return [{ kind: "map", table, name, lines: [] }, ...elementsOf(table, name, rules)];
    if (isOwnChain(name)) return [{ kind: "chain", table, name, lines: rules }];
    const last = rules.findLastIndex(leadsToOurs);
    return last < 0 ? [] : [{ kind: "hook", table, name, lines: rules.slice(0, last + 1) }];
  });
}

function elementsOf(table: IptablesTable, chain: string, rules: readonly string[]): FilterElement[] {
  const targets = new Map<string, string[]>();
  for (const rule of rules) {
    const [, match = rule, target = ""] = /^(.*?) ?(-[jg] .*)$/.exec(rule) ?? [];
    targets.set(match, [...(targets.get(match) ?? []), target]);
  }
  return [...targets].map(([match, alike]) => element(table, chain, match, alike.join(", ")));
}

/** Of a rule in a built-in chain: whether it leads into a chain of ours. */
export const leadsToOurs = (rule: string): boolean => isOwnChain(/(?:^| )-[jg] (\S+)/.exec(rule)?.[1] ?? "");

/** /etc/protocols: "gre	47	GRE	# …". */
export const parseProtocols = (file: string): Map<string, number> =>
  new Map(
    file.split("\n").flatMap((line) => {
      const [, name, number] = /^([\w.+-]+)\s+(\d+)/.exec(line) ?? [];
      return name === undefined ? [] : [[name, Number(number)] as const];
    }),
  );
