import type {
  AddressAllocated,
  AddressReleased,
  SubnetCreated,
  SubnetDeleted,
  SubnetUpdated,
} from "@rhumbline/proto/rhumbline/ipam/v1/ipam_events";

export type SubnetEvent =
  | { readonly type: "SubnetCreated"; readonly data: SubnetCreated }
  | { readonly type: "SubnetUpdated"; readonly data: SubnetUpdated }
  | { readonly type: "SubnetDeleted"; readonly data: SubnetDeleted }
  | { readonly type: "AddressAllocated"; readonly data: AddressAllocated }
  | { readonly type: "AddressReleased"; readonly data: AddressReleased };
