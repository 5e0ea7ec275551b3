import type { Stamp } from "@rhumbline/event-sourcing";
import { withFields } from "../resource/fields.ts";
import { carried, createdAt, updatedAt } from "../resource/stamped.ts";
import type { RouterEvent } from "./events.ts";
import { absentRouter, type RouterState, routerFields } from "./state.ts";

export function evolveRouter(state: RouterState, event: RouterEvent, stamp: Stamp): RouterState {
  if (event.type === "RouterCreated") {
    const router = carried(event.data.router, event.type);
    const bare = { gateway: undefined, gatewayMacAddress: "", interfaces: [] };
    return { status: "active", id: router.id, router, ...bare, ...createdAt(stamp) };
  }
  // Only a created router has other events: decide sees to that.
  if (state.status === "absent") return state;
  switch (event.type) {
    case "RouterUpdated": {
      const values = carried(event.data.router, event.type);
      const router = withFields(state.router, values, event.data.changed, routerFields);
      return { ...state, router, ...updatedAt(stamp) };
    }
    case "RouterInterfaceAdded": {
      const added = { ...carried(event.data.interface, event.type), cidr: event.data.cidr };
      return { ...state, interfaces: [...state.interfaces, added] };
    }
    case "RouterInterfaceRemoved": {
      const { portId, subnetId } = event.data;
      const left = state.interfaces.filter((one) => one.portId !== portId || one.subnetId !== subnetId);
      return { ...state, interfaces: left };
    }
    case "RouterGatewaySet": {
      const { gateway, macAddress } = event.data;
      return { ...state, gateway, gatewayMacAddress: macAddress, ...updatedAt(stamp) };
    }
    case "RouterGatewayCleared":
      return { ...state, gateway: undefined, gatewayMacAddress: "", ...updatedAt(stamp) };
    case "RouterDeleted":
      return absentRouter;
    default:
      return event satisfies never;
  }
}
