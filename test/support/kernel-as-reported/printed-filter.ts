import type { LabHost } from "@rhumbline/infra/lab";
import { linesIn } from "./printed-text.ts";

/** Our table of each family: its chains as text, its sets and their elements by nft's JSON. */
export async function printedFilter(node: LabHost): Promise<string[]> {
  const lines = await Promise.all(["bridge", "ip", "ip6"].map((family) => printedTable(node, family)));
  return lines.flat();
}

async function printedTable(node: LabHost, family: string): Promise<string[]> {
  const { code, stdout } = await node.run(["nft", "-n", "list", "table", family, "rhumbline"]);
  if (code !== 0) return [];
  const chains = [...stdout.matchAll(/^\tchain (\S+) \{\n((?:\t\t.*\n)*)\t\}/gm)];
  const json = JSON.parse(await node.output(["nft", "-j", "list", "table", family, "rhumbline"])) as Listing;
  return [
    ...chains.flatMap(([, name, rules = ""]) => [
      `host: filter ${family} ${name}`,
      ...linesIn(rules).map((rule, i) => `host: filter ${family} ${name} ${i} ${rule.trim()}`),
    ]),
    ...json.nftables.flatMap(({ set, map }) => printedSet(family, set ?? map)),
  ];
}

function printedSet(family: string, listed: ListedSet | undefined): string[] {
  if (listed === undefined) return [];
  const name = `host: filter ${family} ${listed.name}`;
  return [
    name,
    ...(listed.elem ?? []).map((element) =>
      isPair(element) ? `${name} ${keyText(element[0])} : ${valueText(element[1])}` : `${name} ${keyText(element)}`,
    ),
  ];
}

interface Listing {
  readonly nftables: readonly { readonly set?: ListedSet; readonly map?: ListedSet }[];
}

interface ListedSet {
  readonly name: string;
  readonly elem?: readonly (ListedKey | ListedPair)[];
}

type ListedPair = readonly [ListedKey, ListedValue];

const isPair = (element: ListedKey | ListedPair): element is ListedPair => Array.isArray(element);

type ListedKey =
  | string
  | { readonly concat: readonly ListedKey[] }
  | { readonly prefix: { readonly addr: string; readonly len: number } };

type ListedValue = number | Readonly<Record<string, { readonly target: string } | null>>;

function keyText(key: ListedKey): string {
  if (typeof key === "string") return key;
  return "concat" in key ? key.concat.map(keyText).join(" . ") : `${key.prefix.addr}/${key.prefix.len}`;
}

/** 4097, {"accept": null}, {"jump": {"target": "source"}}. */
function valueText(value: ListedValue): string {
  if (typeof value === "number") return String(value);
  const [[verdict, to] = ["", null]] = Object.entries(value);
  return to === null ? verdict : `${verdict} ${to.target}`;
}
