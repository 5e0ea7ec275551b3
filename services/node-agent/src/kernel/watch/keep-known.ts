import { isDeepStrictEqual } from "node:util";
import type { ObservedKernel, ObservedNamespace } from "../../observed/observed-kernel.ts";
import { persistent } from "../../observed/persistent.ts";
import { type FilterObject, sameObject } from "../../security/filter-object.ts";

/** What was read, made of what is known already as far as it says the same: what is the same object is neither planned nor
 *  compared with what was reported again. */
export function keepKnown(known: ObservedKernel, read: ObservedKernel): ObservedKernel {
  return {
    ...read,
    filter: keepEach(known.filter, read.filter, keepObject),
    namespaces: keepEach(known.namespaces, read.namespaces, keepNamespace),
  };
}

/** Made of the known ones, so that what changed between the two is found without going through them. */
function keepEach<V>(
  known: ReadonlyMap<string, V>,
  read: ReadonlyMap<string, V>,
  keepOne: (known: V | undefined, read: V) => V,
): ReadonlyMap<string, V> {
  if (known === read) return known;
  const changes: [string, V | undefined][] = [];
  for (const [key, value] of read) {
    const before = known.get(key);
    const kept = keepOne(before, value);
    if (kept !== before) changes.push([key, kept]);
  }
  for (const key of known.keys()) if (!read.has(key)) changes.push([key, undefined]);
  return persistent(known).withAll(changes);
}

const keepObject = (known: FilterObject | undefined, read: FilterObject): FilterObject =>
  known !== undefined && sameObject(known, read) ? known : read;

function keepNamespace(known: ObservedNamespace | undefined, read: ObservedNamespace): ObservedNamespace {
  if (known === undefined || known === read) return read;
  const kept: ObservedNamespace = {
    name: read.name,
    links: keepEntries(known.links, read.links),
    routes: keep(known.routes, read.routes),
    sysctls: keepEntries(known.sysctls, read.sysctls),
    tables: keepEntries(known.tables, read.tables),
    filter: keepEntries(known.filter, read.filter),
    flows: keep(known.flows, read.flows),
  };
  const parts = Object.keys(kept) as (keyof ObservedNamespace)[];
  return parts.every((part) => kept[part] === known[part]) ? known : kept;
}

/** The known map as a whole, if it has the same entries. */
function keepEntries<V>(known: ReadonlyMap<string, V>, read: ReadonlyMap<string, V>): ReadonlyMap<string, V> {
  if (known === read) return known;
  const kept = new Map<string, V>();
  let isSame = known.size === read.size;
  for (const [key, value] of read) {
    const before = known.get(key);
    const entry = before === undefined ? value : keep(before, value);
    isSame &&= entry === before;
    kept.set(key, entry);
  }
  return isSame ? known : kept;
}

const keep = <V>(known: V, read: V): V => (known === read || isDeepStrictEqual(known, read) ? known : read);
