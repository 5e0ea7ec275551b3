import type { Stamp } from "@rhumbline/event-sourcing";
import type { ActiveFloatingIp } from "../floating-ip/state.ts";
import { withFields } from "../resource/fields.ts";
import { carried, createdAt, updatedAt } from "../resource/stamped.ts";
import type { PortForwardingEvent } from "./events.ts";
import { changeableFields } from "./state.ts";

/** Times and etag of the floating IP stay: none of its own fields changes. */
export function evolvePortForwarding(
  floatingIp: ActiveFloatingIp,
  event: PortForwardingEvent,
  stamp: Stamp,
): ActiveFloatingIp {
  const { portForwardings } = floatingIp;
  switch (event.type) {
    case "PortForwardingCreated": {
      const portForwarding = carried(event.data.portForwarding, event.type);
      const { id } = portForwarding;
      return { ...floatingIp, portForwardings: portForwardings.with(id, { id, portForwarding, ...createdAt(stamp) }) };
    }
    case "PortForwardingUpdated": {
      const present = portForwardings.get(event.data.portForwardingId);
      if (present === undefined) return floatingIp;
      const values = carried(event.data.portForwarding, event.type);
      const portForwarding = withFields(present.portForwarding, values, event.data.changed, changeableFields);
      const next = { ...present, portForwarding, ...updatedAt(stamp) };
      return { ...floatingIp, portForwardings: portForwardings.with(present.id, next) };
    }
    case "PortForwardingDeleted":
      return { ...floatingIp, portForwardings: portForwardings.without(event.data.portForwardingId) };
    default:
      return event satisfies never;
  }
}
