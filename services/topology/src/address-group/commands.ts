import type { AddressGroup, AddressGroupField } from "./state.ts";

interface CreateAddressGroup {
  readonly type: "CreateAddressGroup";
  readonly group: AddressGroup;
}

interface UpdateAddressGroup {
  readonly type: "UpdateAddressGroup";
  readonly addressGroupId: string;
  /** Holds the new values of `fields`. */
  readonly values: AddressGroup;
  readonly fields: readonly AddressGroupField[];
  /** Empty: any. */
  readonly etag: string;
}

interface DeleteAddressGroup {
  readonly type: "DeleteAddressGroup";
  readonly addressGroupId: string;
  readonly etag: string;
  /** Security groups with rules that refer to it. */
  readonly referringGroupIds: readonly string[];
}

export type AddressGroupCommand = CreateAddressGroup | UpdateAddressGroup | DeleteAddressGroup;
