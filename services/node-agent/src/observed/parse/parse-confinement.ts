import { canonicalText } from "@rhumbline/event-sourcing";
import { confinementChain, confinementSet, type ObservedConfinement } from "../confinement.ts";
import { printedRecords, record, text } from "./json-fields.ts";

/** `nft -j list table bridge rhumbline-dhcp`, which prints nothing where there is no such table. */
export function parseConfinement(json: string): ObservedConfinement | undefined {
  if (json.trim() === "") return undefined;
  const objects = printedRecords(JSON.stringify(record(JSON.parse(json), "nft")["nftables"]), "nft");
  const of = (kind: string) => objects.flatMap((each) => (each[kind] === undefined ? [] : [record(each[kind], kind)]));
  const [set, ...otherSets] = of("set");
  const [chain, ...otherChains] = of("chain");
  const intact =
    otherSets.length + otherChains.length === 0 &&
    set?.["name"] === confinementSet &&
    chain?.["name"] === confinementChain &&
    chain["hook"] === "forward" &&
    chain["policy"] === "accept" &&
    canonicalText(of("rule").map((rule) => rule["expr"])) ===
      canonicalText([drops("iifname", "oifname"), drops("oifname", "iifname")]);
  return { devices: new Set(elementsOf(set ?? {})), intact };
}

/** As nft prints a rule of `confinementRules`: libnftables-json(5). */
const drops = (ours: string, other: string): unknown[] => [
  match("==", ours, `@${confinementSet}`),
  match("!=", other, "tap*"),
  { drop: null },
];

const match = (op: string, key: string, right: string): unknown => ({ match: { op, left: { meta: { key } }, right } });

function elementsOf(set: Record<string, unknown>): string[] {
  const elements = set["elem"];
  return Array.isArray(elements) ? elements.map((name) => text({ name }, "name")) : [];
}
