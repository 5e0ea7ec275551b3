import type { KernelChange } from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";
import { deviceOfSysctl } from "../desired/ipv6-off.ts";
import { changedKeys } from "./changed-keys.ts";
import { identityOf, objectsOf } from "./kernel-objects.ts";
import type { ObservedForwarding, ObservedKernel, ObservedLink, ObservedNamespace } from "./observed-kernel.ts";

/** The changes that lead from the objects of one kernel to those of the other, those of objects that are gone last; they
 *  have an empty value. What the two have in common is not gone through, and a node has a hundred thousand objects. */
export function changesBetween(before: ObservedKernel, after: ObservedKernel): KernelChange[] {
  if (before === after) return [];
  const [were, are] = kernelsApart([before, after]);
  return differenceOf(objectsOf(were), objectsOf(are));
}

function differenceOf(before: readonly KernelChange[], after: readonly KernelChange[]): KernelChange[] {
  // At a start there are all of them.
  if (before.length === 0) return [...after];
  const were = new Map(before.map((object) => [identityOf(object), object]));
  const are = new Map(after.map((object) => [identityOf(object), object]));
  return [
    ...[...are].flatMap(([identity, object]) => (were.get(identity)?.value === object.value ? [] : [object])),
    ...[...were].flatMap(([identity, object]) => (are.has(identity) ? [] : [{ ...object, value: "" }])),
  ];
}

type Pair<T> = readonly [before: T, after: T];

/** Both kernels without what makes the same objects in both. Of the host's sysctls all are left: a device's are its link's. */
function kernelsApart([before, after]: Pair<ObservedKernel>): Pair<ObservedKernel> {
  const links = linksApart(before, after);
  const forwarding = mapsApart([before.forwarding, after.forwarding], forwardingApart);
  const neighbours = mapsApart([before.neighbours, after.neighbours], mapsApart);
  const filter = mapsApart([before.filter, after.filter]);
  const confinement = confinementApart([before.confinement, after.confinement]);
  const helpers = mapsApart([before.helpers, after.helpers]);
  const namespaces = mapsApart([before.namespaces, after.namespaces], namespaceApart);
  const of = (at: 0 | 1): Partial<ObservedKernel> => ({
    links: links[at],
    forwarding: forwarding[at],
    neighbours: neighbours[at],
    filter: filter[at],
    confinement: confinement[at],
    helpers: helpers[at],
    namespaces: namespaces[at],
  });
  return [
    { ...before, ...of(0) },
    { ...after, ...of(1) },
  ];
}

/** Links that are otherwise, and those of which a sysctl is. */
function linksApart(before: ObservedKernel, after: ObservedKernel): Pair<ObservedKernel["links"]> {
  const [linksBefore, linksAfter] = mapsApart([before.links, after.links]);
  const [were, are] = [new Map(linksBefore), new Map(linksAfter)];
  for (const name of changedKeys(before.sysctls, after.sysctls)) {
    const device = deviceOfSysctl(name);
    if (device === undefined) continue;
    const [was, is] = [before.links.get(device), after.links.get(device)];
    if (was !== undefined) were.set(device, was);
    if (is !== undefined) are.set(device, is);
  }
  return [were, are];
}

const forwardingApart = ([before, after]: Pair<ObservedForwarding>): Pair<ObservedForwarding> => {
  const [were, are] = mapsApart([before.destinations, after.destinations]);
  const [peersBefore, peersAfter] = setsApart([before.peers, after.peers]);
  return [
    { peers: peersBefore, destinations: were },
    { peers: peersAfter, destinations: are },
  ];
};

function confinementApart([before, after]: Pair<ObservedKernel["confinement"]>): Pair<ObservedKernel["confinement"]> {
  if (before === after) return [undefined, undefined];
  if (before === undefined || after === undefined) return [before, after];
  const [were, are] = setsApart([before.elements, after.elements]);
  return [
    { ...before, elements: were },
    { ...after, elements: are },
  ];
}

/** The namespace itself is one of its objects, and stays on both sides. */
function namespaceApart([before, after]: Pair<ObservedNamespace>): Pair<ObservedNamespace> {
  const links = mapsApart([before.links, after.links], legApart);
  const sysctls = mapsApart([before.sysctls, after.sysctls]);
  const tables = mapsApart([before.tables, after.tables], mapsApart);
  const filter = mapsApart([before.filter, after.filter]);
  const of = (namespace: ObservedNamespace, at: 0 | 1): ObservedNamespace => ({
    ...namespace,
    links: links[at],
    routes: before.routes === after.routes ? [] : namespace.routes,
    sysctls: sysctls[at],
    tables: tables[at],
    filter: filter[at],
  });
  return [of(before, 0), of(after, 1)];
}

/** A router's leg may have an address for each of a thousand floating IPs. */
const legApart = ([before, after]: Pair<ObservedLink>): Pair<ObservedLink> => {
  const [were, are] = listsApart([before.addresses, after.addresses]);
  return [
    { ...before, addresses: were },
    { ...after, addresses: are },
  ];
};

/** Both lists without what they begin with and what they end with alike. */
function listsApart<V>([before, after]: Pair<readonly V[]>): Pair<readonly V[]> {
  const shorter = Math.min(before.length, after.length);
  let begin = 0;
  while (begin < shorter && before[begin] === after[begin]) begin += 1;
  let end = 0;
  while (end < shorter - begin && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  return [before.slice(begin, before.length - end), after.slice(begin, after.length - end)];
}

/** Both maps without the entries that they have in common.
 *  @param within does the same to what they have under one key. */
function mapsApart<V>(
  [before, after]: Pair<ReadonlyMap<string, V>>,
  within: (values: Pair<V>) => Pair<V> = (values) => values,
): Pair<ReadonlyMap<string, V>> {
  if (before === after) return [new Map(), new Map()];
  const [were, are] = [new Map<string, V>(), new Map<string, V>()];
  for (const key of changedKeys(before, after).toSorted()) {
    const [was, is] = [before.get(key), after.get(key)];
    const [wasApart, isApart] = was === undefined || is === undefined ? [was, is] : within([was, is]);
    if (wasApart !== undefined) were.set(key, wasApart);
    if (isApart !== undefined) are.set(key, isApart);
  }
  return [were, are];
}

const setsApart = <V>([before, after]: Pair<ReadonlySet<V>>): Pair<ReadonlySet<V>> =>
  before === after ? [new Set(), new Set()] : [setWithout(before, after), setWithout(after, before)];

const setWithout = <V>(set: ReadonlySet<V>, other: ReadonlySet<V>): Set<V> =>
  new Set([...set].filter((each) => !other.has(each)));
