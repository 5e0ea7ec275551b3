import type { ObservedHost } from "./observed-host.ts";

/** What became otherwise on the host between two looks at it: what is left out is as it was. */
export interface HostChanges {
  readonly links?: MapChanges<ObservedHost["links"]>;
  readonly sysctls?: MapChanges<ObservedHost["sysctls"]>;
  readonly forwarding?: MapChanges<ObservedHost["forwarding"]>;
  readonly neighbours?: MapChanges<ObservedHost["neighbours"]>;
  readonly ownNamespaces?: readonly string[];
}

export interface MapChanges<M extends ReadonlyMap<string, unknown>> {
  /** New ones, and those that are otherwise. */
  readonly set: M;
  readonly gone: readonly string[];
}

/** Compares by identity: what is the very same value did not change. */
export function hostChanges(before: ObservedHost, after: ObservedHost): HostChanges {
  const { links, sysctls, forwarding, neighbours, ownNamespaces } = after;
  return {
    ...(links !== before.links && { links: mapChanges(before.links, links) }),
    ...(sysctls !== before.sysctls && { sysctls: mapChanges(before.sysctls, sysctls) }),
    ...(forwarding !== before.forwarding && { forwarding: mapChanges(before.forwarding, forwarding) }),
    ...(neighbours !== before.neighbours && { neighbours: mapChanges(before.neighbours, neighbours) }),
    ...(ownNamespaces !== before.ownNamespaces && { ownNamespaces }),
  };
}

function mapChanges<V>(
  before: ReadonlyMap<string, V>,
  after: ReadonlyMap<string, V>,
): MapChanges<ReadonlyMap<string, V>> {
  return {
    set: new Map([...after].filter(([key, value]) => before.get(key) !== value)),
    gone: [...before.keys()].filter((key) => !after.has(key)),
  };
}
