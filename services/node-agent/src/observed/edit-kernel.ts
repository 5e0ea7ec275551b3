import type { PersistentMap } from "@rhumbline/event-sourcing";
import type { FilterObjects } from "../security/filter-object.ts";
import type { ObservedKernel, ObservedLink, ObservedNamespace } from "./observed-kernel.ts";
import { persistent } from "./persistent.ts";

/** The kernel with one of its router namespaces changed; as it was where that namespace isn't there. */
export function editNamespace(
  kernel: ObservedKernel,
  name: string,
  edit: (namespace: ObservedNamespace) => ObservedNamespace,
): ObservedKernel {
  const namespace = kernel.namespaces.get(name);
  if (namespace === undefined) return kernel;
  return { ...kernel, namespaces: withEntry(kernel.namespaces, name, edit(namespace)) };
}

/** The links of a namespace, of the host's own for an empty name. */
export function linksOf(kernel: ObservedKernel, netns: string): ReadonlyMap<string, ObservedLink> {
  return (netns === "" ? kernel : kernel.namespaces.get(netns))?.links ?? new Map();
}

/** Our objects of nftables in a namespace, in the host's own for an empty name. */
export function filterOf(kernel: ObservedKernel, netns: string): FilterObjects {
  return (netns === "" ? kernel : kernel.namespaces.get(netns))?.filter ?? new Map();
}

export function withoutLinks(kernel: ObservedKernel, netns: string, names: Iterable<string>): ObservedKernel {
  const links = without(linksOf(kernel, netns), names);
  return netns === "" ? { ...kernel, links } : editNamespace(kernel, netns, (namespace) => ({ ...namespace, links }));
}

/** The kernel with one link changed; as it was where that link isn't there. */
export function editLink(
  kernel: ObservedKernel,
  netns: string,
  name: string,
  edit: (link: ObservedLink) => ObservedLink,
): ObservedKernel {
  const link = linksOf(kernel, netns).get(name);
  return link === undefined ? kernel : withLink(kernel, netns, edit(link));
}

/** The kernel with a link made, or in the place of the one of its name. */
export function withLink(kernel: ObservedKernel, netns: string, link: ObservedLink): ObservedKernel {
  const before = linksOf(kernel, netns);
  const links = withEntry(before, link.name, link);
  if (netns !== "") return editNamespace(kernel, netns, (namespace) => ({ ...namespace, links }));
  ofHost.set(links, Math.max(greatestIndex(kernel, netns), link.index));
  return { ...kernel, links };
}

/** The greatest index of a namespace's links: 0 where there are none. */
export function greatestIndex(kernel: ObservedKernel, netns: string): number {
  const links = linksOf(kernel, netns);
  const known = ofHost.get(links);
  if (known !== undefined) return known;
  let greatest = 0;
  for (const { index } of links.values()) greatest = Math.max(greatest, index);
  if (netns === "") ofHost.set(links, greatest);
  return greatest;
}

/** A plan adds thousands of links to the host, one at a time, and the next index follows from the one before. */
const ofHost = new WeakMap<ReadonlyMap<string, ObservedLink>, number>();

export const without = <V>(map: ReadonlyMap<string, V>, keys: Iterable<string>): PersistentMap<string, V> =>
  persistent(map).withAll([...keys].map((key) => [key, undefined] as const));

/** The map with one entry changed, or without it where `value` is undefined. */
export const withEntry = <V>(
  map: ReadonlyMap<string, V>,
  key: string,
  value: V | undefined,
): PersistentMap<string, V> => persistent(map).withAll([[key, value]]);
