import type { FloatingIpEvent } from "./events.ts";
import type { FloatingIp } from "./state.ts";

export function evolveFloatingIp(present: FloatingIp | undefined, event: FloatingIpEvent): FloatingIp | undefined {
  switch (event.type) {
    case "FloatingIpCreated": {
      const { floatingIp } = event.data;
      return floatingIp && { address: floatingIp.floatingIpAddress, fixedIpAddress: "", routerId: "" };
    }
    case "FloatingIpUpdated":
      return present;
    case "FloatingIpAssociated": {
      const { fixedIpAddress, routerId } = event.data;
      return present && { ...present, fixedIpAddress, routerId };
    }
    case "FloatingIpDisassociated":
      return present && { ...present, fixedIpAddress: "", routerId: "" };
    case "FloatingIpDeleted":
      return undefined;
    default:
      return event satisfies never;
  }
}
