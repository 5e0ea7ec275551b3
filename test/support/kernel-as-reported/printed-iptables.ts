import type { LabHost } from "@rhumbline/infra/lab";
import { linesIn } from "./printed-text.ts";

/** What is ours in the host's own iptables, and in its sets. */
export async function printedIptables(node: LabHost): Promise<string[]> {
  const rules = await Promise.all(
    ["iptables", "ip6tables"].map(async (program) => printedRules(program, await node.output([`${program}-save`]))),
  );
  return [...rules.flat(), ...(await printedSets(node))];
}

/** Chains that are told rule by rule, since their order means nothing. */
const unordered = /^rhumbline-(PREROUTING|FORWARD|egress|ingress)$/;

function printedRules(program: string, saved: string): string[] {
  const counts = new Map<string, number>();
  let table = "";
  return linesIn(saved).flatMap((line) => {
    if (line.startsWith("*")) table = `${program} ${line.slice(1)}`;
    const [, declared] = /^:(rhumbline-\S+)/.exec(line) ?? [];
    if (declared !== undefined) return [`host: filter ${table} ${declared}`];
    const [, chain = "", rule = ""] = /^-A (\S+) (.*)$/.exec(line) ?? [];
    const place = `host: filter ${table} ${chain}`;
    // Of a built-in chain, the rule that leads to ours: it is the first.
    if (!chain.startsWith("rhumbline-")) return rule.includes("rhumbline-") ? [place, `${place} 0 ${rule}`] : [];
    const [, match, target] = /^(.*) (-[jg] .*)$/.exec(rule) ?? [];
    if (unordered.test(chain)) return [`${place} ${match} : ${target}`];
    const i = counts.get(place) ?? 0;
    counts.set(place, i + 1);
    return [`${place} ${i} ${rule}`];
  });
}

/** `ipset list`: "Name: …", "Members:" and then one a line. */
async function printedSets(node: LabHost): Promise<string[]> {
  const listed = await node.output(["ipset", "list"]);
  return listed.split(/^Name: /m).flatMap((text) => {
    const [name = "", ...lines] = linesIn(text);
    if (!name.startsWith("rhumbline-")) return [];
    const members = lines.slice(lines.indexOf("Members:") + 1);
    return [`host: filter ipset ${name}`, ...members.map((member) => `host: filter ipset ${name} ${member}`)];
  });
}
