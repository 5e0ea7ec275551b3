import type { Cidr } from "@rhumbline/net";
import type { SubnetPool, SubnetPoolField } from "./state.ts";

export interface CreateSubnetPool {
  readonly type: "CreateSubnetPool";
  readonly pool: SubnetPool;
  /** The pool that is the default of the IP version now, if any. */
  readonly defaultPoolId: string | undefined;
}

export interface UpdateSubnetPool {
  readonly type: "UpdateSubnetPool";
  readonly id: string;
  /** Holds the new values of `fields`. */
  readonly values: SubnetPool;
  readonly fields: readonly SubnetPoolField[];
  readonly defaultPoolId: string | undefined;
  /** Refuse when the pool's is another; empty: any. */
  readonly etag: string;
}

export interface DeleteSubnetPool {
  readonly type: "DeleteSubnetPool";
  readonly id: string;
  readonly etag: string;
}

/** Gives a subnet its CIDR. */
export interface AllocatePrefix {
  readonly type: "AllocatePrefix";
  readonly subnetPoolId: string;
  readonly subnetId: string;
  readonly projectId: string;
  /** A CIDR of the pool; or how wide any free one is to be, undefined: as wide as the pool says. */
  readonly wanted: Cidr | { readonly prefixLength: number | undefined };
}

export interface ReleasePrefix {
  readonly type: "ReleasePrefix";
  readonly subnetId: string;
}

export type SubnetPoolCommand = CreateSubnetPool | UpdateSubnetPool | DeleteSubnetPool | AllocatePrefix | ReleasePrefix;
