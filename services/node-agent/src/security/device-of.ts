import type { FilterElement, FilterObject } from "./filter-object.ts";

/** The device that an object is of, as the layouts name chains and elements of ports. */
export function deviceOf(object: FilterObject): string | undefined {
  if (object.kind === "element") {
    const [, named, matched] = /^"([^"]+)"|--physdev-(?:in|out) (\S+)/.exec(object.key) ?? [];
    return named ?? matched;
  }
  return object.kind === "chain" ? /^(?:egress|ingress|rhumbline-[io])-(.{1,15})$/.exec(object.name)?.[1] : undefined;
}

/** A port's elements lie in sets that all ports share, and begin with its device; all others belong to their set. */
export const ownerOf = (element: FilterElement): string => deviceOf(element) ?? element.set;
