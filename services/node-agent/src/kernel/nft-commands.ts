import type { ChangeFilter } from "../plan/operation.ts";
import {
  type FilterElement,
  type FilterObject,
  type FilterSet,
  isHook,
  isOfNftables,
  ownFilterTable,
} from "../security/filter-object.ts";

/** What of the changes is nftables', as nft(8) reads it: one transaction. Empty: nothing is. */
export const nftCommands = (changes: readonly ChangeFilter[]): string => changes.map(commandsOf).join("");

/** nft's words, on one line. */
export const refusalOf = (words: string): string => words.split("\n").slice(0, 2).join(" ").trim();

/** What nft reads, in an order in which nothing is named before it is there or after it is gone. */
function commandsOf(change: ChangeFilter): string {
  const put = change.put.filter(isOfNftables);
  const remove = change.remove.filter(isOfNftables);
  if (put.length + remove.length === 0) return "";
  const tables = [...new Set([...put, ...remove].map(({ table }) => table))];
  const sets = put.filter(isSet);
  const chains = put.filter((object) => object.kind === "chain");
  const goingSets = remove.filter(isSet);
  const emptied = new Set(goingSets.map(({ table, name }) => `${table} ${name}`));
  const goingAlone = elements(remove).filter(({ table, set }) => !emptied.has(`${table} ${set}`));
  return [
    ...tables.map((table) => `add table ${table} ${ownFilterTable}`),
    ...sets.map(addSet),
    ...chains.flatMap(addChain),
    ...goingSets.map(({ kind, table, name }) => `flush ${kind} ${table} ${ownFilterTable} ${name}`),
    ...goingAlone.map(deleteElement),
    ...elements(put).map(putElement),
    ...chains.flatMap(addRules),
    ...removedOf(remove, "chain"),
    ...removedOf(remove, "set"),
    "",
  ].join("\n");
}

const elements = (objects: readonly FilterObject[]): FilterElement[] =>
  objects.filter((object) => object.kind === "element");

const isSet = (object: FilterObject): object is FilterSet => object.kind === "set" || object.kind === "map";

function addSet(object: FilterSet): string {
  return `add ${object.kind} ${object.table} ${ownFilterTable} ${object.name} { ${object.lines.join("; ")}; }`;
}

/** Emptied, in case it stood with other rules. */
function addChain(object: FilterObject): string[] {
  if (object.kind !== "chain") return [];
  const place = `${object.table} ${ownFilterTable} ${object.name}`;
  const [first] = object.lines;
  return [`add chain ${place}${isHook(first) ? ` { ${first} }` : ""}`, `flush chain ${place}`];
}

function addRules(object: FilterObject): string[] {
  if (object.kind !== "chain") return [];
  const rules = object.lines.filter((line, at) => at > 0 || !isHook(line));
  return rules.map((rule) => `add rule ${object.table} ${ownFilterTable} ${object.name} ${rule}`);
}

const putElement = (element: FilterElement): string =>
  `add element ${placeOf(element)} { ${element.key}${element.value === "" ? "" : ` : ${element.value}`} }`;

const deleteElement = (element: FilterElement): string => `delete element ${placeOf(element)} { ${element.key} }`;

const placeOf = ({ table, set }: FilterElement): string => `${table} ${ownFilterTable} ${set}`;

/** A chain that another one still jumps to can't go: all of them are emptied first. */
function removedOf(remove: readonly FilterObject[], what: "chain" | "set"): string[] {
  const named = remove.flatMap((object) => {
    const kind = object.kind === "chain" ? "chain" : "set";
    return object.kind === "element" || kind !== what
      ? []
      : [{ kind: object.kind, place: `${object.table} ${ownFilterTable} ${object.name}` }];
  });
  return [
    ...(what === "chain" ? named.map(({ place }) => `flush chain ${place}`) : []),
    ...named.map(({ kind, place }) => `delete ${kind} ${place}`),
  ];
}
