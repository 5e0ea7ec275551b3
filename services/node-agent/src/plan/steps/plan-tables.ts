import type { DesiredRouterNamespace } from "../../desired/desired-kernel.ts";
import { iptablesRules } from "../../rules/iptables-text.ts";
import { isOwnChain } from "../../rules/own-chains.ts";
import type { RuleTable } from "../../rules/rule-model.ts";
import type { ChangeTable } from "../operation.ts";
import type { Draft } from "./draft.ts";

type Chains = ReadonlyMap<string, readonly string[]>;

/** One operation for each table whose rules differ; a chain whose rules stand is not touched. */
export function planTables(router: DesiredRouterNamespace, draft: Draft): void {
  const observed = draft.namespace(router.name)?.tables;
  const desired = new Map(router.tables.map((table) => [table.name as string, table]));
  for (const name of new Set([...desired.keys(), ...(observed?.keys() ?? [])])) {
    const change = changeOf(router, name, desired.get(name), observed?.get(name) ?? new Map());
    if (change !== undefined) draft.add(change);
  }
}

function changeOf(
  router: DesiredRouterNamespace,
  name: string,
  desired: RuleTable | undefined,
  observed: Chains,
): ChangeTable | undefined {
  const wanted = textOf(desired?.chains ?? []);
  const chains = new Map([...wanted].filter(([chain, rules]) => !sameRules(observed.get(chain), rules)));
  const removeChains = [...observed.keys()].filter((chain) => isOwnChain(chain) && !wanted.has(chain));
  const hooks = hookChanges(textOf(desired?.hooks ?? []), observed);
  if (chains.size === 0 && removeChains.length === 0 && hooks.hook.length + hooks.unhook.length === 0) return undefined;

  const before = [
    ...[...chains.keys(), ...removeChains].flatMap((chain) => observed.get(chain) ?? []),
    ...hooks.unhook,
  ];
  const after = [...[...chains.values()].flat(), ...hooks.hook];
  return {
    kind: "change-table",
    resource: router.resource,
    alsoServes: name === "nat" ? router.translated : [],
    netns: router.name,
    table: name,
    chains,
    chainsBefore: new Map([...observed].filter(([chain]) => chains.has(chain))),
    ...hooks,
    removeChains,
    addedRules: after.filter((rule) => !before.includes(rule)),
    removedRules: before.filter((rule) => !after.includes(rule)),
  };
}

/** The order of our rules in a built-in chain matters: when it isn't as desired, all of them are taken out and appended anew. */
function hookChanges(desired: Chains, observed: Chains): { hook: string[]; unhook: string[] } {
  const hook: string[] = [];
  const unhook: string[] = [];
  const builtIns = new Set([...desired.keys(), ...[...observed.keys()].filter((chain) => !isOwnChain(chain))]);
  for (const chain of builtIns) {
    const wanted = desired.get(chain) ?? [];
    const standing = observed.get(chain) ?? [];
    if (sameRules(standing, wanted)) continue;
    unhook.push(...standing);
    hook.push(...wanted);
  }
  return { hook, unhook };
}

function textOf(chains: RuleTable["chains"]): Map<string, string[]> {
  return new Map(chains.map((chain) => [chain.name, iptablesRules(chain)]));
}

function sameRules(a: readonly string[] | undefined, b: readonly string[]): boolean {
  return a !== undefined && a.length === b.length && a.every((rule, at) => rule === b[at]);
}
