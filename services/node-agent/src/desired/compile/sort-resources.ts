import { PersistentMap } from "@rhumbline/event-sourcing";
import type { DesiredResource } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import { changedKeys } from "../../observed/changed-keys.ts";
import { remembering } from "../../observed/remember.ts";
import type { ResourceKey } from "../resource-key.ts";

/** A node's resources by kind, each in the order of their keys: the same desired state compiles to the same plan. */
export interface SortedResources {
  /** Of every kind. */
  readonly all: Kind<Resource>;
  readonly networks: Kind<ValueOf<"network">>;
  readonly ports: Kind<ValueOf<"port">>;
  readonly routers: Kind<ValueOf<"router">>;
  readonly floatingIps: Kind<ValueOf<"floatingIp">>;
  readonly portForwardings: Kind<ValueOf<"portForwarding">>;
  readonly forwardings: Kind<ValueOf<"forwarding">>;
  readonly dhcpServers: Kind<ValueOf<"dhcp">>;
  readonly securityGroups: Kind<ValueOf<"securityGroup">>;
  readonly groupMembers: Kind<ValueOf<"groupMember">>;
  readonly addressGroups: Kind<ValueOf<"addressGroup">>;
  readonly gone: ReadonlySet<ResourceKey>;
  /** Of a kind that this agent doesn't know, and what to say of it. */
  readonly unknown: Kind<string>;
}

type Kind<V> = PersistentMap<ResourceKey, V>;
export type Resource = NonNullable<DesiredResource["resource"]>;
type ValueOf<C extends Resource["$case"]> = Extract<Resource, { readonly $case: C }>["value"];

type Resources = ReadonlyMap<ResourceKey, DesiredResource>;

/** Sorts a host's resources: what changed since the last ones takes its place among those, so that a kind of which nothing is
 *  otherwise is the very same map. */
export function resourceSorter(): (resources: Resources) => SortedResources {
  let known: Resources = new Map();
  let sorted = nothing;
  return (resources) => {
    const isOther = (key: ResourceKey): boolean =>
      known.has(key) !== resources.has(key) || known.get(key)?.resource !== resources.get(key)?.resource;
    const changed = changedKeys(known, resources).filter(isOther);
    const resourceOf = (key: ResourceKey): Resource | undefined => resources.get(key)?.resource;
    const kept = <C extends Resource["$case"]>($case: C, kind: Kind<ValueOf<C>>): Kind<ValueOf<C>> =>
      changedTo(kind, changed, (key) => {
        const resource = resourceOf(key);
        return resource?.$case === $case ? (resource.value as ValueOf<C>) : undefined;
      });
    const isUnknown = (key: ResourceKey): boolean => resources.has(key) && resourceOf(key) === undefined;
    const all = changedTo(sorted.all, changed, resourceOf);
    sorted = {
      all,
      networks: kept("network", sorted.networks),
      ports: kept("port", sorted.ports),
      routers: kept("router", sorted.routers),
      floatingIps: kept("floatingIp", sorted.floatingIps),
      portForwardings: kept("portForwarding", sorted.portForwardings),
      forwardings: kept("forwarding", sorted.forwardings),
      dhcpServers: kept("dhcp", sorted.dhcpServers),
      securityGroups: kept("securityGroup", sorted.securityGroups),
      groupMembers: kept("groupMember", sorted.groupMembers),
      addressGroups: kept("addressGroup", sorted.addressGroups),
      goneOnes: kept("gone", sorted.goneOnes),
      unknown: changedTo(sorted.unknown, changed, (key) => (isUnknown(key) ? unknownKind : undefined)),
    };
    known = resources;
    return { ...sorted, gone: keysOf(sorted.goneOnes) };
  };
}

type Sorted = Omit<SortedResources, "gone"> & { readonly goneOnes: Kind<ValueOf<"gone">> };

const nothing: Sorted = {
  all: PersistentMap.empty(),
  networks: PersistentMap.empty(),
  ports: PersistentMap.empty(),
  routers: PersistentMap.empty(),
  floatingIps: PersistentMap.empty(),
  portForwardings: PersistentMap.empty(),
  forwardings: PersistentMap.empty(),
  dhcpServers: PersistentMap.empty(),
  securityGroups: PersistentMap.empty(),
  groupMembers: PersistentMap.empty(),
  addressGroups: PersistentMap.empty(),
  goneOnes: PersistentMap.empty(),
  unknown: PersistentMap.empty(),
};

const unknownKind = "this agent doesn't know resources of that kind: it is older than the control plane";

function changedTo<V>(
  kind: Kind<V>,
  keys: readonly ResourceKey[],
  valueUnder: (key: ResourceKey) => V | undefined,
): Kind<V> {
  const entries = keys.map((key) => [key, valueUnder(key)] as const);
  return kind.withAll(entries.filter(([key, value]) => value !== undefined || kind.has(key)));
}

const keysOf = remembering((map: Kind<unknown>): ReadonlySet<ResourceKey> => new Set(map.keys()));
