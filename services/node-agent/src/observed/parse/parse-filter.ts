import type { FilterObject, NftTable } from "../../security/filter-object.ts";

interface Block {
  readonly kind: string;
  readonly name: string;
  readonly lines: string[];
}

/** `nft -n list table FAMILY rhumbline`, for any number of tables in a row.
 *  @throws Error when the text isn't what nft prints. */
export function parseFilter(listed: string): FilterObject[] {
  const objects: FilterObject[] = [];
  let table: NftTable | undefined;
  let block: Block | undefined;
  for (const line of listed.split("\n")) {
    const text = line.trim();
    const [, family] = /^table (bridge|ip|ip6) \S+ \{/.exec(line) ?? [];
    const [, kind = "", name = ""] = /^\t(set|map|chain) (\S+) \{$/.exec(line) ?? [];
    if (family !== undefined) table = family as NftTable;
    else if (kind !== "") block = { kind, name, lines: [] };
    else if (line === "\t}" && block !== undefined && table !== undefined) {
      objects.push(...sharedObjects(table, block));
      block = undefined;
    } else if (block !== undefined && text !== "") block.lines.push(text);
  }
  return objects;
}

/** Most routers have most blocks in common: those are kept once, and what is made of them is made once. */
const known = new Map<string, readonly FilterObject[]>();
const mostKnown = 256;

function sharedObjects(table: NftTable, { kind, name, lines }: Block): readonly FilterObject[] {
  const text = [table, kind, name, ...lines].join("\n");
  const before = known.get(text);
  if (before !== undefined) return before;
  const objects = objectsOf(table, kind, name, lines);
  if (known.size === mostKnown) known.clear();
  known.set(text, objects);
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
