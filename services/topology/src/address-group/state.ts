import type { AddressGroupCreated } from "@rhumbline/proto/rhumbline/topology/v1/topology_events";
import type { FieldTable } from "../resource/fields.ts";
import type { Stamped } from "../resource/stamped.ts";

/** As its events carry it: without times and etag. */
export type AddressGroup = NonNullable<AddressGroupCreated["addressGroup"]>;

export interface ActiveAddressGroup extends Stamped {
  readonly status: "active";
  readonly id: string;
  readonly group: AddressGroup;
}

export type AddressGroupState = { readonly status: "absent" } | ActiveAddressGroup;

export const absentAddressGroup: AddressGroupState = { status: "absent" };

export const addressGroupFields = {
  name: "name",
  description: "description",
  addresses: "addresses",
  tags: "tags",
} as const satisfies FieldTable<AddressGroup>;

export type AddressGroupField = keyof typeof addressGroupFields;
