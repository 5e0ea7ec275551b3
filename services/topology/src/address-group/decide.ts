import { NotFound } from "@rhumbline/event-sourcing";
import { changedFields } from "../resource/fields.ts";
import { requireEtag } from "../resource/stamped.ts";
import type { AddressGroupCommand } from "./commands.ts";
import { AddressGroupInUse } from "./errors.ts";
import type { AddressGroupEvent } from "./events.ts";
import { type AddressGroupState, addressGroupFields } from "./state.ts";

/** @throws {NotFound} {EtagMismatch} {AddressGroupInUse} */
export function decideAddressGroup(command: AddressGroupCommand, present: AddressGroupState): AddressGroupEvent[] {
  if (command.type === "CreateAddressGroup") {
    // Asked twice: nothing to do.
    return present.status === "active" ? [] : [{ type: "AddressGroupCreated", data: { addressGroup: command.group } }];
  }
  if (present.status === "absent") throw new NotFound("address group", command.addressGroupId);
  const { id } = present;
  requireEtag("address group", id, command.etag, present);
  switch (command.type) {
    case "UpdateAddressGroup": {
      const changed = changedFields(present.group, command.values, command.fields, addressGroupFields);
      if (changed.length === 0) return [];
      return [{ type: "AddressGroupUpdated", data: { addressGroupId: id, addressGroup: command.values, changed } }];
    }
    case "DeleteAddressGroup":
      if (command.referringGroupIds.length > 0) throw new AddressGroupInUse(id, command.referringGroupIds);
      return [{ type: "AddressGroupDeleted", data: { addressGroupId: id } }];
    default:
      return command satisfies never;
  }
}
