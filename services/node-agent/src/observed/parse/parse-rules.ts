import { isOwnChain } from "../../rules/own-chains.ts";

type Tables = Map<string, ReadonlyMap<string, readonly string[]>>;

/** `iptables-save`: our chains, complete, and of built-in chains the rules that jump into ours. Tables without either are left out. */
export function parseRules(saved: string): Tables {
  const tables: Tables = new Map();
  let chains = new Map<string, string[]>();
  for (const line of saved.split("\n")) {
    if (line.startsWith("*")) {
      chains = new Map();
      tables.set(line.slice(1), chains);
    } else if (line.startsWith(":")) {
      const [name = ""] = line.slice(1).split(" ");
      if (isOwnChain(name)) chains.set(name, []);
    } else if (line.startsWith("-A ")) {
      addRule(chains, line);
    }
  }
  return new Map([...tables].filter(([, own]) => own.size > 0));
}

function addRule(chains: Map<string, string[]>, rule: string): void {
  const [, chain = ""] = rule.split(" ");
  const target = / -[jg] (\S+)/.exec(rule)?.[1] ?? "";
  if (!isOwnChain(chain) && !isOwnChain(target)) return;
  const rules = chains.get(chain);
  if (rules === undefined) chains.set(chain, [rule]);
  else rules.push(rule);
}
