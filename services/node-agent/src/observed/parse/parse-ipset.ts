import { isOwnChain } from "../../rules/own-chains.ts";
import type { FilterObject } from "../../security/filter-object.ts";
import { element, set } from "../../security/objects.ts";

/** `ipset save`: the sets of ours. Sizes that a set takes by itself are left out. */
export function parseIpset(saved: string): FilterObject[] {
  return saved.split("\n").flatMap((line): FilterObject[] => {
    const [verb, name = "", ...words] = line.split(" ");
    if (!isOwnChain(name)) return [];
    if (verb === "add") return [element("ipset", name, words.join(" "))];
    const setting = (word: string): string => `${word} ${words[words.indexOf(word) + 1]}`;
    return [set("ipset", name, words[0] ?? "", setting("family"), setting("maxelem"))];
  });
}
