import type { Place } from "@rhumbline/infra/lab";
import { linesIn } from "./printed-text.ts";

/** Our table of each family: its chains as text, its sets and their elements by nft's JSON. */
export async function printedFilter(place: Place, families: readonly string[]): Promise<string[]> {
  const lines = await Promise.all(families.map((family) => printedTable(place, family)));
  return lines.flat();
}

async function printedTable(place: Place, family: string): Promise<string[]> {
  const { code, stdout } = await place.run(["nft", "-n", "list", "table", family, "rhumbline"]);
  if (code !== 0) return [];
  const chains = [...stdout.matchAll(/^\tchain (\S+) \{\n((?:\t\t.*\n)*)\t\}/gm)];
  const json = JSON.parse(await place.output(["nft", "-n", "-j", "list", "table", family, "rhumbline"])) as Listing;
  return [
    ...chains.flatMap(([, name, rules = ""]) => [
      `filter ${family} ${name}`,
      ...linesIn(rules).map((rule, i) => `filter ${family} ${name} ${i} ${rule.trim()}`),
    ]),
    ...json.nftables.flatMap(({ set, map }) => printedSet(family, set ?? map)),
  ];
}

const isConcat = (value: ListedValue): value is ListedConcat => typeof value === "object" && "concat" in value;

function printedSet(family: string, listed: ListedSet | undefined): string[] {
  if (listed === undefined) return [];
  const name = `filter ${family} ${listed.name}`;
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
  | number
  | { readonly concat: readonly ListedKey[] }
  | { readonly range: readonly ListedKey[] }
  | { readonly prefix: { readonly addr: string; readonly len: number } };

type ListedConcat = { readonly concat: readonly ListedKey[] };
type ListedValue = number | string | ListedConcat | Readonly<Record<string, { readonly target: string } | null>>;

function keyText(key: ListedKey): string {
  if (typeof key !== "object") return String(key);
  if ("range" in key) return key.range.map(keyText).join("-");
  return "concat" in key ? key.concat.map(keyText).join(" . ") : `${key.prefix.addr}/${key.prefix.len}`;
}

/** 4097, "10.0.0.5", {"concat": ["10.0.0.5", 80]}, {"accept": null}, {"jump": {"target": "source"}}. */
function valueText(value: ListedValue): string {
  if (typeof value !== "object") return String(value);
  if (isConcat(value)) return keyText(value);
  const [[verdict, to] = ["", null]] = Object.entries(value);
  return to === null ? verdict : `${verdict} ${to.target}`;
}
