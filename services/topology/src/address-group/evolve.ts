import type { Stamp } from "@rhumbline/event-sourcing";
import { withFields } from "../resource/fields.ts";
import { carried, createdAt, updatedAt } from "../resource/stamped.ts";
import type { AddressGroupEvent } from "./events.ts";
import { type AddressGroupState, absentAddressGroup, addressGroupFields } from "./state.ts";

export function evolveAddressGroup(
  state: AddressGroupState,
  event: AddressGroupEvent,
  stamp: Stamp,
): AddressGroupState {
  switch (event.type) {
    case "AddressGroupCreated": {
      const group = carried(event.data.addressGroup, event.type);
      return { status: "active", id: group.id, group, ...createdAt(stamp) };
    }
    case "AddressGroupUpdated": {
      if (state.status === "absent") return state;
      const values = carried(event.data.addressGroup, event.type);
      return {
        ...state,
        group: withFields(state.group, values, event.data.changed, addressGroupFields),
        ...updatedAt(stamp),
      };
    }
    case "AddressGroupDeleted":
      return absentAddressGroup;
    default:
      return event satisfies never;
  }
}
