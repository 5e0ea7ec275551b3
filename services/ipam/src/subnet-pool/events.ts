import type {
  PrefixAllocated,
  PrefixReleased,
  SubnetPoolCreated,
  SubnetPoolDeleted,
  SubnetPoolUpdated,
} from "@rhumbline/proto/rhumbline/ipam/v1/ipam_events";

/** Stream `subnetPool-<subnetPoolId>`. */
export type SubnetPoolEvent =
  | { readonly type: "SubnetPoolCreated"; readonly data: SubnetPoolCreated }
  | { readonly type: "SubnetPoolUpdated"; readonly data: SubnetPoolUpdated }
  | { readonly type: "SubnetPoolDeleted"; readonly data: SubnetPoolDeleted }
  | { readonly type: "PrefixAllocated"; readonly data: PrefixAllocated }
  | { readonly type: "PrefixReleased"; readonly data: PrefixReleased };
