import type { ActiveFloatingIp } from "../floating-ip/state.ts";
import { deviceOwners } from "../port/device-owner.ts";
import type { ActivePort } from "../port/state.ts";
import { portForwardingsOf } from "../port-forwarding/decide.ts";
import type { StampedPortForwarding } from "../port-forwarding/state.ts";
import type { ActiveRouter } from "../router/state.ts";
import { placementOf, type ResourceKey } from "./placement.ts";
import type { TopologyState } from "./state.ts";

/** Neutron's words; each service's enum has them. */
export type Status = "BUILD" | "ACTIVE" | "DOWN" | "ERROR";

export function portStatus(state: TopologyState, { id, port }: ActivePort): Status {
  if (port.adminStateUp === false) return "DOWN";
  switch (port.deviceOwner) {
    case deviceOwners.routerInterface:
    case deviceOwners.routerGateway: {
      const router = state.routers.get(port.deviceId);
      return router === undefined ? "DOWN" : routerStatus(state, router);
    }
    case deviceOwners.floatingIp: {
      const floatingIp = state.floatingIps.get(port.deviceId);
      return floatingIp === undefined ? "DOWN" : floatingIpStatus(state, floatingIp);
    }
    case deviceOwners.dhcp:
      // It stands on every node with ports of the network, and is bound to none.
      return "ACTIVE";
    default:
      return port.binding === undefined ? "DOWN" : instancePortStatus(state, id);
  }
}

/** As in Neutron, a port without a device is down. */
function instancePortStatus(state: TopologyState, id: string): Status {
  return state.outcomes.get(`port.${id}`)?.waiting ? "DOWN" : reported(state, `port.${id}`);
}

/** What an instance's node says of its port; empty: nothing, or that it stands. */
export function portStatusReason(state: TopologyState, { id, port }: ActivePort): string {
  const outcome = port.binding && state.outcomes.get(`port.${id}`);
  if (outcome === undefined || outcome.error === "") return "";
  return `${outcome.error} on node ${state.nodes.get(outcome.nodeId)?.name ?? outcome.nodeId}`;
}

export function routerStatus(state: TopologyState, { id, router }: ActiveRouter): Status {
  return router.adminStateUp === false ? "DOWN" : reported(state, `router.${id}`);
}

/** One that forwards single ports is as the worst of them. */
export function floatingIpStatus(state: TopologyState, floatingIp: ActiveFloatingIp): Status {
  if (floatingIp.association !== undefined) return reported(state, `floatingip.${floatingIp.id}`);
  const statuses = portForwardingsOf(floatingIp).map((one) => portForwardingStatus(state, one));
  return (["ERROR", "BUILD", "ACTIVE"] as const).find((status) => statuses.includes(status)) ?? "DOWN";
}

export const portForwardingStatus = (
  state: TopologyState,
  { id }: Pick<StampedPortForwarding, "id">,
): Exclude<Status, "DOWN"> => reported(state, `portforwarding.${id}`);

function reported(state: TopologyState, key: ResourceKey): Exclude<Status, "DOWN"> {
  const outcome = placementOf(state, key) && state.outcomes.get(key);
  if (outcome === undefined) return "BUILD";
  return outcome.error === "" ? "ACTIVE" : "ERROR";
}
