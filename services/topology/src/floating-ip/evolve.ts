import { PersistentMap, type Stamp } from "@rhumbline/event-sourcing";
import { evolvePortForwarding } from "../port-forwarding/evolve.ts";
import { withFields } from "../resource/fields.ts";
import { carried, createdAt, updatedAt } from "../resource/stamped.ts";
import type { FloatingIpEvent } from "./events.ts";
import { absentFloatingIp, type FloatingIpState, floatingIpFields } from "./state.ts";

export function evolveFloatingIp(state: FloatingIpState, event: FloatingIpEvent, stamp: Stamp): FloatingIpState {
  if (event.type === "FloatingIpCreated") {
    const floatingIp = carried(event.data.floatingIp, event.type);
    const bare = { association: undefined, portForwardings: PersistentMap.empty<string, never>() };
    return { status: "active", id: floatingIp.id, floatingIp, ...bare, ...createdAt(stamp) };
  }
  // Only a created floating IP has other events: decide sees to that.
  if (state.status === "absent") return state;
  switch (event.type) {
    case "FloatingIpUpdated": {
      const values = carried(event.data.floatingIp, event.type);
      const floatingIp = withFields(state.floatingIp, values, event.data.changed, floatingIpFields);
      return { ...state, floatingIp, ...updatedAt(stamp) };
    }
    case "FloatingIpAssociated": {
      const { portId, fixedIpAddress, routerId } = event.data;
      return { ...state, association: { portId, fixedIpAddress, routerId }, ...updatedAt(stamp) };
    }
    case "FloatingIpDisassociated":
      return { ...state, association: undefined, ...updatedAt(stamp) };
    case "FloatingIpDeleted":
      return absentFloatingIp;
    default:
      return evolvePortForwarding(state, event, stamp);
  }
}
