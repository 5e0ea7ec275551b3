import type { FilterObject, NftTable } from "../../security/filter-object.ts";

/** `nft -n list table FAMILY rhumbline`, for any number of tables in a row.
 *  @throws Error when the text isn't what nft prints. */
export function parseFilter(listed: string): FilterObject[] {
  const objects: FilterObject[] = [];
  let table: NftTable | undefined;
  let block: { kind: string; name: string; lines: string[] } | undefined;
  for (const line of listed.split("\n")) {
    const text = line.trim();
    const [, family] = /^table (bridge|ip|ip6) \S+ \{/.exec(line) ?? [];
    const [, kind = "", name = ""] = /^\t(set|map|chain) (\S+) \{$/.exec(line) ?? [];
    if (family !== undefined) table = family as NftTable;
    else if (kind !== "") block = { kind, name, lines: [] };
    else if (line === "\t}" && block !== undefined && table !== undefined) {
      objects.push(...objectsOf(table, block.kind, block.name, block.lines));
      block = undefined;
    } else if (block !== undefined && text !== "") block.lines.push(text);
  }
  return objects;
}

function objectsOf(table: NftTable, kind: string, name: string, lines: readonly string[]): FilterObject[] {
  if (kind === "chain") return [{ kind, table, name, lines }];
  const at = lines.findIndex((line) => line.startsWith("elements = {"));
  const declared = at < 0 ? lines : lines.slice(0, at);
  const elements = at < 0 ? "" : lines.slice(at).join(" ");
  return [
    { kind: kind === "map" ? "map" : "set", table, name, lines: declared },
    ...elementsOf(elements).map((element) => {
      const [key = "", value = ""] = element.split(" : ");
      return { kind: "element", table, set: name, key, value } as const;
    }),
  ];
}

/** "elements = { a, b : jump x }" */
function elementsOf(text: string): string[] {
  return text
    .replace(/^elements = \{/, "")
    .replace(/\}\s*$/, "")
    .split(",")
    .map((element) => element.trim().replaceAll(/\s+/g, " "))
    .filter((element) => element !== "");
}
