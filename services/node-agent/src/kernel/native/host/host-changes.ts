import type { ObservedHost } from "./observed-host.ts";

/** What became otherwise on the host between two looks at it: what is left out is as it was. */
export interface HostChanges {
  readonly links?: MapChanges<ObservedHost["links"]>;
  readonly sysctls?: MapChanges<ObservedHost["sysctls"]>;
  readonly forwarding?: ObservedHost["forwarding"];
  readonly neighbours?: ObservedHost["neighbours"];
  readonly ownNamespaces?: readonly string[];
}

interface MapChanges<M extends ReadonlyMap<string, unknown>> {
  /** New ones, and those that are otherwise. */
  readonly set: M;
  readonly gone: readonly string[];
}

/** Compares by identity: what is the very same value did not change. */
export function hostChanges(before: ObservedHost, after: ObservedHost): HostChanges {
  const { forwarding, neighbours, ownNamespaces } = after;
  return {
    ...(after.links !== before.links && { links: mapChanges(before.links, after.links) }),
    ...(after.sysctls !== before.sysctls && { sysctls: mapChanges(before.sysctls, after.sysctls) }),
    ...(forwarding !== before.forwarding && { forwarding }),
    ...(neighbours !== before.neighbours && { neighbours }),
    ...(ownNamespaces !== before.ownNamespaces && { ownNamespaces }),
  };
}

/** The host after the changes; what they leave out stays the very same value. */
export const hostAfter = (before: ObservedHost, { links, sysctls, ...whole }: HostChanges): ObservedHost => ({
  ...before,
  ...whole,
  ...(links && { links: mapAfter(before.links, links) }),
  ...(sysctls && { sysctls: mapAfter(before.sysctls, sysctls) }),
});

function mapChanges<V>(
  before: ReadonlyMap<string, V>,
  after: ReadonlyMap<string, V>,
): MapChanges<ReadonlyMap<string, V>> {
  return {
    set: new Map([...after].filter(([key, value]) => before.get(key) !== value)),
    gone: [...before.keys()].filter((key) => !after.has(key)),
  };
}

function mapAfter<V>(
  before: ReadonlyMap<string, V>,
  { set, gone }: MapChanges<ReadonlyMap<string, V>>,
): Map<string, V> {
  const after = new Map([...before, ...set]);
  for (const key of gone) after.delete(key);
  return after;
}
