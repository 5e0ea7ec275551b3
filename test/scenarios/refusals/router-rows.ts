import { randomUUID } from "node:crypto";
import { type ExternalGateway, Router } from "@rhumbline/proto/rhumbline/topology/v1/router";
import type { ControlPlane } from "../topology/control-plane.ts";
import { make, plainly, read } from "../topology/make.ts";
import { asked, type RefusalRow } from "./refusal-row.ts";

const add = (plane: ControlPlane, routerId: string, what: { subnetId?: string; portId?: string }) =>
  plane.routers.addRouterInterface({ routerId, subnetId: "", portId: "", ...what, ...plainly });
const take = (plane: ControlPlane, routerId: string, what: { subnetId?: string; portId?: string }) =>
  plane.routers.removeRouterInterface({ routerId, subnetId: "", portId: "", ...what, ...plainly });
const update = (plane: ControlPlane, router: Partial<Router>, ...updateMask: string[]) =>
  plane.routers.updateRouter({ router: Router.fromPartial(router), updateMask, etag: "", ...plainly });
const gateway = (networkId: string): ExternalGateway => ({
  networkId,
  enableSnat: undefined,
  addresses: [],
  portId: "",
});

const routeRow = (
  when: string,
  routes: Router["routes"],
  says: RegExp,
  more: Partial<RefusalRow> = {},
): RefusalRow => ({
  neutron: "InvalidRoutes",
  when: `a route ${when}`,
  reason: "INVALID_FIELD",
  says,
  ...more,
  async attempt(plane) {
    const { router } = await make(plane).routed();
    return asked(() => update(plane, { id: router.id, routes }, "routes"));
  },
});
const to = (nextHop: string, destination = "192.168.0.0/16") => ({ destination, nextHop });

const routeRows: readonly RefusalRow[] = [
  routeRow(
    "leads to a next hop in no subnet of the router",
    [to("10.9.0.1")],
    /10\.9\.0\.1 lies in no subnet of the router, which has 10\.0\.0\.0\/24, 203\.0\.113\.0\/24/,
  ),
  routeRow("leads to the router's own address", [to("10.0.0.1")], /is the router's own address: name another host's/),
  routeRow("leads to a broadcast address", [to("10.0.0.255")], /broadcast address of its subnet, which no host has/),
  routeRow("is of another IP version than its next hop", [to("2001:db8::1")], /not of the destination's IP version/),
  routeRow("has host bits in its destination", [to("10.0.0.9", "192.168.1.1/16")], /is 192\.168\.0\.0\/16/),
  routeRow("is given twice", [to("10.0.0.9"), to("10.0.0.9")], /given twice: a destination has one route/),
  routeRow("has a second next hop", [to("10.0.0.9"), to("10.0.0.8")], /given twice: a destination has one route/, {
    neutron: "",
  }),
  routeRow("hides a subnet of the router", [to("10.0.0.9", "10.0.0.0/24")], /narrower or wider destination would not/, {
    neutron: "",
    reason: "ROUTE_SHADOWS_SUBNET",
  }),
  routeRow(
    "is the router's thirty-first",
    Array.from({ length: 31 }, (_, i) => to("10.0.0.9", `10.${i + 1}.0.0/16`)),
    /at most 30 are accepted/,
    { neutron: "RoutesExhausted" },
  ),
];

const interfaceRows: readonly RefusalRow[] = [
  {
    neutron: "BadRequest",
    when: "an interface is in a subnet that the router has an interface in",
    reason: "ROUTER_INTERFACE_EXISTS",
    says: /has an address in subnet .* already, of port [0-9a-f-]{36}/,
    async attempt(plane) {
      const { router, subnet } = await make(plane).routed();
      return asked(() => add(plane, router.id, { subnetId: subnet.id }));
    },
  },
  {
    neutron: "BadRequest",
    when: "an interface's subnet overlaps another of the router's",
    reason: "ROUTER_SUBNETS_OVERLAP",
    says: /10\.0\.0\.0\/16 overlaps 10\.0\.0\.0\/24 of subnet .*, which router .* serves already/,
    async attempt(plane) {
      const { router } = await make(plane).routed();
      const { id } = await make(plane).network();
      const other = await make(plane).subnet(id, "10.0.0.0/16");
      return asked(() => add(plane, router.id, { subnetId: other.id }));
    },
  },
  {
    neutron: "BadRequest",
    when: "an interface is in a subnet without a gateway address",
    reason: "SUBNET_HAS_NO_GATEWAY",
    says: /give the router a port of its own in it/,
    async attempt(plane) {
      const { id: routerId } = await make(plane).router();
      const { id } = await make(plane).network();
      const subnet = await make(plane).subnet(id, "10.0.0.0/24", { noGateway: true });
      return asked(() => add(plane, routerId, { subnetId: subnet.id }));
    },
  },
  {
    neutron: "IpAddressInUse",
    when: "an interface is in a subnet whose gateway address a port has",
    reason: "IP_ADDRESS_IN_USE",
    says: /10\.0\.0\.1 is held by port/,
    async attempt(plane) {
      const { id: routerId } = await make(plane).router();
      const { id } = await make(plane).network();
      const subnet = await make(plane).subnet(id, "10.0.0.0/24");
      await make(plane).port(id, { fixedIps: [{ subnetId: "", ipAddress: "10.0.0.1" }] });
      return asked(() => add(plane, routerId, { subnetId: subnet.id }));
    },
  },
  {
    neutron: "PortInUse",
    when: "an interface is a port that serves something else",
    reason: "PORT_OWNED_BY_DEVICE",
    says: /a router takes only a port without device_id/,
    async attempt(plane) {
      const { id: routerId } = await make(plane).router();
      const { id } = await make(plane).network();
      await make(plane).subnet(id, "10.0.0.0/24");
      const { id: portId } = await make(plane).port(id, { deviceId: "instance-1" });
      return asked(() => add(plane, routerId, { portId }));
    },
  },
  {
    neutron: "BadRequest",
    when: "an interface is a port without a fixed IP",
    reason: "INVALID_FIELD",
    says: /the port has no fixed IP; a router's interface has one IPv4 address at most/,
    async attempt(plane) {
      const { id: routerId } = await make(plane).router();
      const { id } = await make(plane).network();
      const { id: portId } = await make(plane).port(id);
      return asked(() => add(plane, routerId, { portId }));
    },
  },
  {
    neutron: "BadRequest",
    when: "an interface is named by subnet and by port",
    reason: "INVALID_FIELD",
    says: /exactly one of subnet_id and port_id is required/,
    attempt: async (plane) => asked(() => add(plane, randomUUID(), { subnetId: randomUUID(), portId: randomUUID() })),
  },
  {
    neutron: "SubnetNotFound",
    when: "an interface is in a subnet that does not exist",
    reason: "NOT_FOUND",
    says: /subnet .* does not exist/,
    async attempt(plane) {
      const { id } = await make(plane).router();
      return asked(() => add(plane, id, { subnetId: randomUUID() }));
    },
  },
  {
    neutron: "RouterInterfaceNotFound",
    when: "a port that is none of the router's is removed from it",
    reason: "NOT_FOUND",
    says: /router .*'s interface of .* does not exist/,
    async attempt(plane) {
      const { router } = await make(plane).routed();
      return asked(() => take(plane, router.id, { portId: randomUUID() }));
    },
  },
  {
    neutron: "RouterInterfaceNotFoundForSubnet",
    when: "a subnet that the router has no interface in is removed from it",
    reason: "NOT_FOUND",
    says: /router .*'s interface of .* does not exist/,
    async attempt(plane) {
      const { router } = await make(plane).routed();
      return asked(() => take(plane, router.id, { subnetId: randomUUID() }));
    },
  },
  {
    neutron: "RouterInterfaceInUseByFloatingIP",
    when: "an interface goes while a floating IP needs it",
    reason: "ROUTER_REQUIRED_BY_FLOATING_IP",
    says: /disassociate them first/,
    async attempt(plane) {
      const { router, subnet, external, tenant } = await make(plane).routed();
      const { id: portId } = await make(plane).port(tenant.id);
      await make(plane).floatingIp(external.id, { portId });
      return asked(() => take(plane, router.id, { subnetId: subnet.id }));
    },
  },
  {
    neutron: "RouterInterfaceInUseByRoute",
    when: "an interface goes while a route leads through it",
    reason: "ROUTER_REQUIRED_BY_ROUTE",
    says: /reaches 10\.0\.0\.9, next hop of its route to 192\.168\.0\.0\/16, this way: remove it first/,
    async attempt(plane) {
      const { router, subnet } = await make(plane).routed();
      await update(plane, { id: router.id, routes: [to("10.0.0.9")] }, "routes");
      return asked(() => take(plane, router.id, { subnetId: subnet.id }));
    },
  },
];

export const routerRows: readonly RefusalRow[] = [
  ...routeRows,
  ...interfaceRows,
  {
    neutron: "RouterNotFound",
    when: "a router that does not exist is read",
    reason: "NOT_FOUND",
    says: /router .* does not exist/,
    attempt: async (plane) => asked(() => plane.routers.getRouter({ id: randomUUID(), ...read })),
  },
  {
    neutron: "RouterInUse",
    when: "a router with an interface is deleted",
    reason: "ROUTER_IN_USE",
    says: /still has interfaces in subnets [0-9a-f-]{36}: remove them first/,
    async attempt(plane) {
      const { router } = await make(plane).routed();
      return asked(() => plane.routers.deleteRouter({ id: router.id, etag: "", ...plainly }));
    },
  },
  {
    neutron: "BadRequest",
    when: "a gateway is in a network that is not external",
    reason: "NETWORK_NOT_EXTERNAL",
    says: /is not external: it can't be a gateway/,
    async attempt(plane) {
      const { id } = await make(plane).network();
      return asked(() => make(plane).router({ externalGateway: gateway(id) }));
    },
  },
  {
    neutron: "BadRequest",
    when: "a gateway is in a network without a subnet",
    reason: "NETWORK_HAS_NO_SUBNET",
    says: /create one first/,
    async attempt(plane) {
      const { id } = await make(plane).externalNetwork();
      return asked(() => make(plane).router({ externalGateway: gateway(id) }));
    },
  },
  {
    neutron: "BadRequest",
    when: "a gateway's subnet overlaps an interface's",
    reason: "ROUTER_SUBNETS_OVERLAP",
    says: /overlaps 10\.0\.0\.0\/24 of subnet/,
    async attempt(plane) {
      const { router } = await make(plane).routed();
      const other = await make(plane).externalNetwork();
      await make(plane).subnet(other.id, "10.0.0.0/16");
      return asked(() => update(plane, { id: router.id, externalGateway: gateway(other.id) }, "external_gateway"));
    },
  },
  {
    neutron: "RouterExternalGatewayInUseByFloatingIp",
    when: "a gateway is cleared while a floating IP needs it",
    reason: "ROUTER_REQUIRED_BY_FLOATING_IP",
    says: /disassociate them first/,
    async attempt(plane) {
      const { router, external, tenant } = await make(plane).routed();
      const { id: portId } = await make(plane).port(tenant.id);
      await make(plane).floatingIp(external.id, { portId });
      return asked(() => update(plane, { id: router.id }, "external_gateway"));
    },
  },
  {
    neutron: "IpAddressInUse",
    when: "a gateway asks for an address that is taken",
    reason: "IP_ADDRESS_IN_USE",
    says: /is held by port/,
    async attempt(plane) {
      const { external, externalSubnet, router } = await make(plane).routed();
      const { router: present } = await plane.routers.getRouter({ id: router.id, ...read });
      const ipAddress = present?.externalGateway?.addresses[0]?.ipAddress ?? "";
      const wished = { ...gateway(external.id), addresses: [{ subnetId: externalSubnet.id, ipAddress }] };
      return asked(() => make(plane).router({ externalGateway: wished }));
    },
  },
];
