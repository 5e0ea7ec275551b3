import type { Causation } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import type { Router as WireRouter } from "@rhumbline/proto/rhumbline/topology/v1/router";
import type { RouterGatewaySet, RouterInterfaceAdded } from "@rhumbline/proto/rhumbline/topology/v1/topology_events";
import type { RouterEvent } from "./events.ts";
import type { Gateway, Interface, Router } from "./state.ts";

export function evolveRouter(
  present: Router | undefined,
  event: RouterEvent,
  causation: Causation,
): Router | undefined {
  if (event.type === "RouterCreated") return event.data.router && created(event.data.router, causation);
  if (present === undefined || event.type === "RouterDeleted") return undefined;
  return { ...present, ...changeOf(present, event), causation };
}

type RouterChange = Exclude<RouterEvent, { type: "RouterCreated" | "RouterDeleted" }>;

function changeOf(router: Router, event: RouterChange): Partial<Router> {
  switch (event.type) {
    case "RouterUpdated":
      return event.data.router === undefined ? {} : updated(event.data.router, event.data.changed ?? []);
    case "RouterInterfaceAdded":
      return { interfaces: [...router.interfaces, ...interfacesIn(event.data)] };
    case "RouterInterfaceRemoved": {
      const { portId, subnetId } = event.data;
      return { interfaces: router.interfaces.filter((leg) => leg.portId !== portId || leg.subnetId !== subnetId) };
    }
    case "RouterGatewaySet":
      return { gateway: gatewayIn(event.data) };
    case "RouterGatewayCleared":
      return { gateway: undefined };
    default:
      return event satisfies never;
  }
}

function created(router: WireRouter, causation: Causation): Router {
  const { projectId, adminStateUp = true, routes, availabilityZoneHints, nodeSelector } = router;
  const wish = { availabilityZoneHints, nodeSelector };
  return { projectId, adminStateUp, routes, ...wish, gateway: undefined, interfaces: [], causation };
}

function updated(router: WireRouter, changed: readonly string[]): Partial<Router> {
  const { adminStateUp = true, routes, availabilityZoneHints, nodeSelector } = router;
  return {
    ...(changed.includes("admin_state_up") && { adminStateUp }),
    ...(changed.includes("routes") && { routes }),
    ...(changed.includes("availability_zone_hints") && { availabilityZoneHints }),
    ...(changed.includes("node_selector") && { nodeSelector }),
  };
}

function interfacesIn({ interface: added, cidr }: RouterInterfaceAdded): Interface[] {
  if (added === undefined) return [];
  const { portId, networkId, subnetId, macAddress, ipAddress } = added;
  return [{ portId, networkId, subnetId, macAddress, address: `${ipAddress}/${prefixLengthOf(cidr)}` }];
}

function gatewayIn({ gateway, macAddress }: RouterGatewaySet): Gateway | undefined {
  if (gateway === undefined) return undefined;
  const { networkId, portId, enableSnat = true, addresses } = gateway;
  return { networkId, portId, macAddress, enableSnat, addresses };
}

/** "24" of "10.0.0.0/24". */
export const prefixLengthOf = (cidr: string): string => cidr.slice(cidr.indexOf("/") + 1);
