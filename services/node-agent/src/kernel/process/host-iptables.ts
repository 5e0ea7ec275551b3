import { leadsToOurs } from "../../observed/parse/parse-iptables.ts";
import type { ChangeFilter } from "../../plan/operation.ts";
import type { FilterObject, IptablesTable } from "../../security/filter-object.ts";
import type { Programs } from "./programs.ts";

/** Rules of the host's own tables, in one transaction for each IP version.
 *  @returns the program's words when it refuses. */
export async function runHostIptables(
  programs: Programs,
  changes: readonly ChangeFilter[],
): Promise<string | undefined> {
  for (const program of ["iptables", "ip6tables"] as const) {
    const text = (["raw", "filter"] as const).map((name) => tableText(`${program} ${name}`, changes)).join("");
    if (text === "") continue;
    const { code, stderr } = await programs.run([`${program}-restore`, "--noflush", "--wait"], text);
    if (code !== 0) return stderr.split("\n").slice(0, 2).join(" ").trim() || `${program}-restore ended with ${code}`;
  }
  return undefined;
}

/** What `iptables-restore --noflush` reads: declaring a chain empties it. Nothing is named before it is there or after it is
 *  gone. */
function tableText(table: IptablesTable, changes: readonly ChangeFilter[]): string {
  const here = (objects: readonly FilterObject[]): FilterObject[] => objects.filter((each) => each.table === table);
  const put = changes.flatMap((change) => here(change.put));
  const remove = changes.flatMap((change) => here(change.remove));
  if (put.length + remove.length === 0) return "";
  const going = remove.flatMap(chainOf);
  return [
    `*${table.split(" ")[1]}`,
    ...put.flatMap(chainOf).map((chain) => `:${chain} - [0:0]`),
    ...remove.flatMap(deletedRules),
    ...put.flatMap(addedRules),
    ...going.map((chain) => `-F ${chain}`),
    ...going.map((chain) => `-X ${chain}`),
    "COMMIT",
    "",
  ].join("\n");
}

/** A chain of our own. */
const chainOf = (object: FilterObject): string[] =>
  object.kind === "chain" || object.kind === "map" ? [object.name] : [];

function deletedRules(object: FilterObject): string[] {
  if (object.kind === "element") return rulesOf(object).map((rule) => `-D ${object.set} ${rule}`);
  return object.kind === "hook" ? object.lines.filter(leadsToOurs).map((rule) => `-D ${object.name} ${rule}`) : [];
}

function addedRules(object: FilterObject): string[] {
  switch (object.kind) {
    case "chain":
      return object.lines.map((rule) => `-A ${object.name} ${rule}`);
    case "element":
      return rulesOf(object).map((rule) => `-A ${object.set} ${rule}`);
    case "hook":
      return object.lines.map((rule, at) => `-I ${object.name} ${at + 1} ${rule}`);
    case "map":
    case "set":
      return [];
    default:
      return object satisfies never;
  }
}

const rulesOf = ({ key, value }: { readonly key: string; readonly value: string }): string[] =>
  value.split(", ").map((target) => `${key} ${target}`.trim());
