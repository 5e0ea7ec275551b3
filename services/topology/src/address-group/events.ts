import type {
  AddressGroupCreated,
  AddressGroupDeleted,
  AddressGroupUpdated,
} from "@rhumbline/proto/rhumbline/topology/v1/topology_events";

/** Stream `addressGroup-<addressGroupId>`. */
export type AddressGroupEvent =
  | { readonly type: "AddressGroupCreated"; readonly data: AddressGroupCreated }
  | { readonly type: "AddressGroupUpdated"; readonly data: AddressGroupUpdated }
  | { readonly type: "AddressGroupDeleted"; readonly data: AddressGroupDeleted };
