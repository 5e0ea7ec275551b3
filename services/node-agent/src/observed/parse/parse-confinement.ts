import { canonicalText } from "@rhumbline/event-sourcing";
import { boundLinkGroup } from "../bound-mark.ts";
import { type ConfinedElement, confinementChain, confinementSets, type ObservedConfinement } from "../confinement.ts";
import { printedRecords, record, text } from "./json-fields.ts";

/** `nft -j list table bridge rhumbline-dhcp`, which prints nothing where there is no such table. */
export function parseConfinement(json: string): ObservedConfinement | undefined {
  if (json.trim() === "") return undefined;
  const objects = printedRecords(JSON.stringify(record(JSON.parse(json), "nft")["nftables"]), "nft");
  const of = (kind: string) => objects.flatMap((each) => (each[kind] === undefined ? [] : [record(each[kind], kind)]));
  const sets = of("set");
  const [chain, ...otherChains] = of("chain");
  const intact =
    otherChains.length === 0 &&
    canonicalText(sets.map((set) => text(set, "name")).sort()) === canonicalText(setNames.toSorted()) &&
    chain?.["name"] === confinementChain &&
    chain["hook"] === "forward" &&
    chain["policy"] === "accept" &&
    canonicalText(of("rule").map((rule) => rule["expr"])) ===
      canonicalText([keeps("iifname", "oifgroup"), keeps("oifname", "iifgroup"), requests]);
  return { elements: new Set(sets.flatMap(elementsOf)), intact };
}

const setNames = Object.keys(confinementSets) as (keyof typeof confinementSets)[];

/** As nft prints the rules of `confinementRules`: libnftables-json(5). */
const keeps = (ours: string, other: string): unknown[] => [
  match("==", { meta: { key: ours } }, "@servers"),
  match("!=", { meta: { key: other } }, boundLinkGroup),
  { drop: null },
];

const requests: unknown[] = [
  match(
    "==",
    { concat: [{ meta: { key: "oifname" } }, { payload: { protocol: "udp", field: "dport" } }] },
    "@requests",
  ),
  { drop: null },
];

function match(op: string, left: unknown, right: string | number): unknown {
  return { match: { op, left, right } };
}

/** Of a set that isn't ours none. */
function elementsOf(set: Record<string, unknown>): ConfinedElement[] {
  const name = setNames.find((own) => own === set["name"]);
  const elements = set["elem"];
  if (name === undefined || !Array.isArray(elements)) return [];
  return elements.map((element) => `${name} ${elementText(element)}` as const);
}

function elementText(element: unknown): string {
  if (typeof element === "string") return element;
  const { concat } = record(element, "element");
  if (!Array.isArray(concat)) throw new Error(`nft: no element of a set: ${JSON.stringify(element)}`);
  return concat.join(" . ");
}
