import type { PersistentMap } from "@rhumbline/event-sourcing";
import type { SubnetPoolCreated } from "@rhumbline/proto/rhumbline/ipam/v1/ipam_events";

/** As its events carry it: without times and etag; its prefixes apart from each other, its lengths filled in. */
export type SubnetPool = NonNullable<SubnetPoolCreated["subnetPool"]>;

/** What one subnet has of the pool. */
export interface Carved {
  /** Canonical text. */
  readonly cidr: string;
  readonly projectId: string;
}

export interface ActiveSubnetPool {
  readonly status: "active";
  readonly id: string;
  readonly pool: SubnetPool;
  readonly carvedBySubnet: PersistentMap<string, Carved>;
  readonly etag: string;
  readonly createTimeMs: number;
  readonly updateTimeMs: number;
}

export type SubnetPoolState = { readonly status: "absent" } | ActiveSubnetPool;

export const absentSubnetPool: SubnetPoolState = { status: "absent" };

/** Settable after creation: path in an update mask → field. */
export const subnetPoolFields = {
  name: "name",
  description: "description",
  prefixes: "prefixes",
  default_prefix_length: "defaultPrefixLength",
  min_prefix_length: "minPrefixLength",
  max_prefix_length: "maxPrefixLength",
  is_default: "isDefault",
  default_quota: "defaultQuota",
  tags: "tags",
} as const satisfies Record<string, keyof SubnetPool>;

export type SubnetPoolField = keyof typeof subnetPoolFields;
export const subnetPoolPaths = Object.keys(subnetPoolFields) as SubnetPoolField[];
