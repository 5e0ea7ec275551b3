import type { ObservedNamespace } from "../../observed/observed-kernel.ts";
import { chainOfRule } from "../../plan/effects/after-rule-operation.ts";
import type { ChangeTable } from "../../plan/operation.ts";
import { isOwnChain } from "../../rules/own-chains.ts";

/** What iptables-restore says to a transaction that doesn't fit the rules that stand. */
export function tableRefusal(namespace: ObservedNamespace | undefined, change: ChangeTable): string | undefined {
  const standing = namespace?.tables.get(change.table) ?? new Map<string, readonly string[]>();
  const chains = new Map([...standing, ...change.chains]);
  for (const rule of change.unhook) {
    if (!standing.get(chainOfRule(rule))?.includes(rule))
      return "iptables-restore: Bad rule (does a matching rule exist in that chain?).";
  }
  for (const chain of change.removeChains) {
    if (!chains.delete(chain)) return `iptables-restore: Chain '${chain}' does not exist`;
  }
  const kept = [...chains.values()].flat().filter((rule) => !change.unhook.includes(rule));
  const rules = [...kept, ...change.hook];
  const lost = rules.map(targetOf).find((target) => target !== undefined && isOwnChain(target) && !chains.has(target));
  return lost === undefined ? undefined : `iptables-restore: Chain '${lost}' does not exist`;
}

function targetOf(rule: string): string | undefined {
  return / -j (\S+)/.exec(rule)?.[1];
}
