import { InvalidFields, NotFound } from "@rhumbline/event-sourcing";
import { changedFields, withFields } from "../resource/fields.ts";
import { requireEtag } from "../resource/stamped.ts";
import type {
  AddRouterInterface,
  CreateRouter,
  DeleteRouter,
  GatewayWanted,
  RemoveRouterInterface,
  RequiredBy,
  RouterCommand,
  UpdateRouter,
} from "./commands.ts";
import { hostlessRoute, leadsThrough, requireApart, requireUnshadowed, unconnectedRoute } from "./connected.ts";
import {
  RouterInterfacesExhausted,
  RouterInUse,
  RouterRequiredByFloatingIp,
  RouterRequiredByPortForwarding,
  RouterRequiredByRoute,
} from "./errors.ts";
import type { RouterEvent } from "./events.ts";
import { type ActiveRouter, type ConnectedSubnet, type Router, type RouterState, routerFields } from "./state.ts";

/** All of a router is one value of desired state, which takes 64 KiB. */
export const maxInterfaces = 200;

/** @throws {NotFound} {EtagMismatch} {InvalidFields} and what errors.ts names */
export function decideRouter(command: RouterCommand, router: RouterState): RouterEvent[] {
  switch (command.type) {
    case "CreateRouter":
      return createRouter(command, router);
    case "UpdateRouter":
      return updateRouter(command, requireRouter(command.routerId, router));
    case "AddRouterInterface":
      return addInterface(command, requireRouter(command.routerId, router));
    case "RemoveRouterInterface":
      return removeInterface(command, requireRouter(command.routerId, router));
    case "DeleteRouter":
      return deleteRouter(command, requireRouter(command.routerId, router));
    default:
      return command satisfies never;
  }
}

function createRouter({ router, gateway }: CreateRouter, present: RouterState): RouterEvent[] {
  if (present.status === "active") return []; // asked twice: nothing to do
  requireNextHops(router, gateway?.subnets ?? [], addressesOf(gateway?.gateway));
  const created: RouterEvent = { type: "RouterCreated", data: { router } };
  return gateway === undefined ? [created] : [created, gatewaySet(router.id, gateway)];
}

function updateRouter(command: UpdateRouter, present: ActiveRouter): RouterEvent[] {
  const { values, fields, gateway, etag } = command;
  requireEtag("router", present.id, etag, present);
  const changed = changedFields(present.router, values, fields, routerFields);
  const gatewayEvents = gateway === "keep" ? [] : changeGateway(gateway, command, present);
  const gatewaySubnets = gateway === "keep" ? command.gatewaySubnets : gateway === "clear" ? [] : gateway.subnets;
  const connected = [...present.interfaces, ...gatewaySubnets];
  const after = withFields(present.router, values, changed, routerFields);
  const gatewayAfter = gateway === "keep" ? present.gateway : gateway === "clear" ? undefined : gateway.gateway;
  const own = [...present.interfaces.map(({ ipAddress }) => ipAddress), ...addressesOf(gatewayAfter)];
  if (changed.includes("routes")) requireNextHops(after, connected, own);
  else if (gateway !== "keep") {
    refuseWhereRouteNeedsIt(present.id, after, connected);
    requireUnshadowed(after, connected);
  }
  if (changed.length === 0) return gatewayEvents;
  return [{ type: "RouterUpdated", data: { routerId: present.id, router: values, changed } }, ...gatewayEvents];
}

function changeGateway(wanted: GatewayWanted | "clear", command: UpdateRouter, present: ActiveRouter): RouterEvent[] {
  const { id, gateway } = present;
  const leaves = gateway !== undefined && (wanted === "clear" || wanted.gateway.networkId !== gateway.networkId);
  if (leaves) refuseWhereTranslating(id, command.requiredBy);
  if (wanted === "clear") return gateway === undefined ? [] : [gatewayCleared(id, gateway)];
  const stays = gateway?.portId === wanted.gateway.portId;
  if (stays && gateway.enableSnat === wanted.gateway.enableSnat) return [];
  if (!stays) requireApart({ ...present, gateway: undefined }, wanted.subnets, []);
  return leaves ? [gatewayCleared(id, gateway), gatewaySet(id, wanted)] : [gatewaySet(id, wanted)];
}

function addInterface(command: AddRouterInterface, present: ActiveRouter): RouterEvent[] {
  const { interfaces: added, gatewaySubnets } = command;
  // Asked twice: nothing to do.
  if (present.interfaces.some(({ portId }) => added.some((one) => one.portId === portId))) return [];
  for (const [i, one] of added.entries()) {
    requireApart({ ...present, interfaces: [...present.interfaces, ...added.slice(0, i)] }, [one], gatewaySubnets);
  }
  requireUnshadowed(present.router, added);
  if (present.interfaces.length + added.length > maxInterfaces)
    throw new RouterInterfacesExhausted(present.id, maxInterfaces);
  return added.map(({ cidr, ...one }) => ({
    type: "RouterInterfaceAdded",
    data: { routerId: present.id, interface: one, cidr },
  }));
}

function removeInterface({ portId, requiredBy }: RemoveRouterInterface, present: ActiveRouter): RouterEvent[] {
  const removed = present.interfaces.filter((one) => one.portId === portId);
  if (removed.length === 0) return [];
  refuseWhereTranslating(present.id, requiredBy);
  const route = present.router.routes.find((one) => removed.some((subnet) => leadsThrough(one, subnet)));
  if (route !== undefined) throw new RouterRequiredByRoute(present.id, route.destination, route.nextHop);
  return removed.map(({ subnetId }) => ({
    type: "RouterInterfaceRemoved",
    data: { routerId: present.id, portId, subnetId },
  }));
}

function deleteRouter({ etag }: DeleteRouter, present: ActiveRouter): RouterEvent[] {
  requireEtag("router", present.id, etag, present);
  const { id, interfaces, gateway } = present;
  if (interfaces.length > 0)
    throw new RouterInUse(
      id,
      interfaces.map(({ subnetId }) => subnetId),
    );
  const deleted: RouterEvent = { type: "RouterDeleted", data: { routerId: id } };
  return gateway === undefined ? [deleted] : [gatewayCleared(id, gateway), deleted];
}

const gatewaySet = (routerId: string, { gateway, macAddress }: GatewayWanted): RouterEvent => ({
  type: "RouterGatewaySet",
  data: { routerId, gateway, macAddress },
});

const gatewayCleared = (routerId: string, { networkId, portId }: GatewayWanted["gateway"]): RouterEvent => ({
  type: "RouterGatewayCleared",
  data: { routerId, networkId, portId },
});

/** Neutron asks the same of a next hop: neutron/db/extraroute_db.py, _validate_routes_nexthop. */
function requireNextHops(router: Router, connected: readonly ConnectedSubnet[], own: readonly string[]): void {
  const refuse = (i: number, why: string): void => {
    if (i < 0) return;
    const description = `${router.routes[i]?.nextHop} ${why}`;
    throw new InvalidFields([{ field: `router.routes[${i}].next_hop`, description }]);
  };
  const cidrs = connected.map(({ cidr }) => cidr).join(", ") || "none";
  refuse(unconnectedRoute(router, connected), `lies in no subnet of the router, which has ${cidrs}`);
  refuse(hostlessRoute(router, connected), "is the network or broadcast address of its subnet, which no host has");
  refuse(
    router.routes.findIndex(({ nextHop }) => own.includes(nextHop)),
    "is the router's own address: name another host's",
  );
  requireUnshadowed(router, connected);
}

function refuseWhereTranslating(routerId: string, { floatingIpIds, portForwardingIds }: RequiredBy): void {
  if (floatingIpIds.length > 0) throw new RouterRequiredByFloatingIp(routerId, floatingIpIds);
  if (portForwardingIds.length > 0) throw new RouterRequiredByPortForwarding(routerId, portForwardingIds);
}

const addressesOf = (gateway: GatewayWanted["gateway"] | undefined): string[] =>
  (gateway?.addresses ?? []).map(({ ipAddress }) => ipAddress);

function refuseWhereRouteNeedsIt(routerId: string, router: Router, connected: readonly ConnectedSubnet[]): void {
  const route = router.routes[unconnectedRoute(router, connected)];
  if (route !== undefined) throw new RouterRequiredByRoute(routerId, route.destination, route.nextHop);
}

function requireRouter(id: string, router: RouterState): ActiveRouter {
  if (router.status === "absent") throw new NotFound("router", id);
  return router;
}
