import { PersistentMap } from "@rhumbline/event-sourcing";
import type { FloatingIpEvent } from "./events.ts";
import { forwardingIn, updatedForwarding } from "./port-forwarding.ts";
import type { FloatingIp, PortForwarding } from "./state.ts";

export function evolveFloatingIp(present: FloatingIp | undefined, event: FloatingIpEvent): FloatingIp | undefined {
  switch (event.type) {
    case "FloatingIpCreated": {
      const { floatingIp } = event.data;
      const bare = { fixedIpAddress: "", routerId: "", forwardings: PersistentMap.empty<string, PortForwarding>() };
      return floatingIp && { address: floatingIp.floatingIpAddress, ...bare };
    }
    case "FloatingIpUpdated":
      return present;
    case "FloatingIpAssociated": {
      const { fixedIpAddress, routerId } = event.data;
      return present && { ...present, fixedIpAddress, routerId };
    }
    case "FloatingIpDisassociated":
      return present && { ...present, fixedIpAddress: "", routerId: "" };
    case "PortForwardingCreated": {
      const { portForwarding } = event.data;
      return present && portForwarding && withForwarding(present, portForwarding.id, forwardingIn(portForwarding));
    }
    case "PortForwardingUpdated": {
      const { portForwardingId: id, portForwarding, changed } = event.data;
      const before = present?.forwardings.get(id);
      if (present === undefined || before === undefined || portForwarding === undefined) return present;
      return withForwarding(present, id, updatedForwarding(before, portForwarding, changed ?? []));
    }
    case "PortForwardingDeleted": {
      const forwardings = present?.forwardings.without(event.data.portForwardingId);
      return present && forwardings && { ...present, forwardings, routerId: routerOf(forwardings) };
    }
    case "FloatingIpDeleted":
      return undefined;
    default:
      return event satisfies never;
  }
}

function withForwarding(present: FloatingIp, id: string, forwarding: PortForwarding): FloatingIp {
  const forwardings = present.forwardings.with(id, forwarding);
  return { ...present, forwardings, routerId: routerOf(forwardings) };
}

/** All port forwardings of a floating IP are translated by one router. */
const routerOf = (forwardings: FloatingIp["forwardings"]): string => forwardings.firstFrom()?.[1].routerId ?? "";
