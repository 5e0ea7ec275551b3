import type { AddressGroupEvent } from "./events.ts";
import type { AddressGroup } from "./state.ts";

export function evolveAddressGroup(
  present: AddressGroup | undefined,
  event: AddressGroupEvent,
): AddressGroup | undefined {
  switch (event.type) {
    case "AddressGroupCreated":
      return event.data.addressGroup && { addresses: event.data.addressGroup.addresses };
    case "AddressGroupUpdated": {
      const { addressGroup, changed } = event.data;
      return present && addressGroup && changed?.includes("addresses")
        ? { addresses: addressGroup.addresses }
        : present;
    }
    case "AddressGroupDeleted":
      return undefined;
    default:
      return event satisfies never;
  }
}
