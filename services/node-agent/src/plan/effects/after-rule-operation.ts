import { editNamespace } from "../../observed/edit-kernel.ts";
import { isTranslatedSo } from "../../observed/flow.ts";
import type { ObservedKernel } from "../../observed/observed-kernel.ts";
import type { ChangeTable, DeleteFlows } from "../operation.ts";

export function afterChangeTable(before: ObservedKernel, operation: ChangeTable): ObservedKernel {
  return editNamespace(before, operation.netns, (namespace) => {
    const standing = namespace.tables.get(operation.table) ?? new Map<string, readonly string[]>();
    const chains = new Map(standing);
    for (const name of operation.removeChains) chains.delete(name);
    for (const [name, rules] of operation.chains) chains.set(name, rules);
    for (const rule of operation.unhook) takeOut(chains, rule);
    for (const rule of operation.hook) append(chains, rule);
    return { ...namespace, tables: new Map(namespace.tables).set(operation.table, chains) };
  });
}

/** "-A PREROUTING -j …" -> "PREROUTING". */
export function chainOfRule(rule: string): string {
  return rule.split(" ")[1] ?? "";
}

function takeOut(chains: Map<string, readonly string[]>, rule: string): void {
  const rules = chains.get(chainOfRule(rule)) ?? [];
  const at = rules.indexOf(rule);
  if (at < 0) return;
  const rest = rules.toSpliced(at, 1);
  if (rest.length === 0) chains.delete(chainOfRule(rule));
  else chains.set(chainOfRule(rule), rest);
}

function append(chains: Map<string, readonly string[]>, rule: string): void {
  chains.set(chainOfRule(rule), [...(chains.get(chainOfRule(rule)) ?? []), rule]);
}

export function afterDeleteFlows(before: ObservedKernel, { netns, translation }: DeleteFlows): ObservedKernel {
  return editNamespace(before, netns, (namespace) => ({
    ...namespace,
    flows: namespace.flows.filter((flow) => !isTranslatedSo(flow, translation)),
  }));
}
