import type { SubnetSettings, UpdatableSetting } from "./settings.ts";

export type SubnetCommand = CreateSubnet | UpdateSubnet | DeleteSubnet | AllocateAddress | ReleaseAddresses;

export interface CreateSubnet {
  readonly type: "CreateSubnet";
  readonly id: string;
  readonly projectId: string;
  readonly networkId: string;
  /** Canonical text. */
  readonly cidr: string;
  /** Empty: the CIDR is of none. */
  readonly subnetPoolId: string;
  /** Addresses in canonical text, pools apart from each other; an empty list of pools: all that is free. */
  readonly settings: SubnetSettings;
}

export interface UpdateSubnet {
  readonly type: "UpdateSubnet";
  readonly id: string;
  readonly settings: SubnetSettings;
  readonly paths: readonly UpdatableSetting[];
  /** Refuse when the subnet's is another; empty: any. */
  readonly etag: string;
}

export interface DeleteSubnet {
  readonly type: "DeleteSubnet";
  readonly id: string;
  readonly etag: string;
}

export interface AllocateAddress {
  readonly type: "AllocateAddress";
  readonly subnetId: string;
  readonly ownerId: string;
  /** Canonical text; "gateway": the subnet's gateway address; undefined: any free one of the pools, or the one that
   *  follows from the MAC address where instances make theirs of it. */
  readonly wanted: string | undefined;
  /** Canonical text; undefined: not known yet, the command only tries what would happen. */
  readonly macAddress: string | undefined;
  /** It is not to keep the subnet from being deleted. */
  readonly yieldsToSubnetDeletion: boolean;
  /** Without `wanted`: how many addresses of the subnet the owner is to have at least. */
  readonly atLeast: number;
  readonly nowMs: number;
  /** How long a released address rests. */
  readonly reuseDelayMs: number;
}

/** Takes back all that an owner holds in the subnet. */
export interface ReleaseAddresses {
  readonly type: "ReleaseAddresses";
  readonly ownerId: string;
  /** Only these; undefined: all. */
  readonly ipAddresses?: readonly string[];
}
