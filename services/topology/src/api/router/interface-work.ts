import { InvalidFields, NotFound } from "@rhumbline/event-sourcing";
import { type FieldChecks, fieldChecks } from "@rhumbline/grpc";
import type { Port } from "@rhumbline/proto/rhumbline/topology/v1/port";
import type {
  AddRouterInterfaceRequest,
  RemoveRouterInterfaceRequest,
} from "@rhumbline/proto/rhumbline/topology/v1/router_service";
import type { MutationCall } from "@rhumbline/service";
import { decidePort } from "../../port/decide.ts";
import { deviceOwners } from "../../port/device-owner.ts";
import { gatewaySubnets, isIpv4Address } from "../../read-model/lookups.ts";
import { type KnownSubnet, networks, ports, routers } from "../../read-model/state.ts";
import { decideRouter } from "../../router/decide.ts";
import type { RouterInterface, RouterState } from "../../router/state.ts";
import { permittedPort, permittedRouter, permittedSubnet } from "../access/permitted.ts";
import type { Worked } from "../changing.ts";
import { findOrCatchUp, type TopologyContext } from "../context.ts";
import type { Effects } from "../effects.ts";
import { finishing } from "../finishing.ts";
import { guards } from "../guard-names.ts";
import { removeDevicePort, withDevicePort } from "../port/device-port.ts";
import { requireActive } from "../request-fields.ts";
import { requiredByOf } from "./required-by.ts";

type Work<Req> = (request: Req, call: MutationCall, effects: Effects) => Promise<Worked<RouterState>>;

/** The port and its interface come to be together. */
export function addRouterInterface(context: TopologyContext): Work<AddRouterInterfaceRequest> {
  return async (request, call, effects) => {
    checkSubnetOrPort(request);
    return request.portId === ""
      ? addBySubnet(context, request, call, effects)
      : addByPort(context, request, call, effects);
  };
}

async function addBySubnet(
  context: TopologyContext,
  { routerId, subnetId }: AddRouterInterfaceRequest,
  call: MutationCall,
  effects: Effects,
): Promise<Worked<RouterState>> {
  const { fold, executor, log } = context;
  const { networkId } = permittedSubnet(
    fold.state,
    call,
    { id: subnetId, found: await findSubnet(context, subnetId) },
    "router interface.subnet_id",
  );
  const id = call.newId("port");
  const held = { shared: [guards.network(networkId)], exclusive: [guards.router(routerId), guards.port(id)] };
  return context.guards.hold(held, async () => {
    requireActive("network", networkId, networks.select(fold.state, networkId));
    const { router } = permittedRouter(fold.state, call, routerId);
    const add = await adding(context, routerId, [subnetId]);
    // Refused before anything is allocated, if it will be.
    executor.rehearse(routers, routerId, add([interfaceWithout(id, networkId, subnetId)]));
    const wish = {
      id,
      projectId: router.projectId,
      networkId,
      deviceId: routerId,
      deviceOwner: deviceOwners.routerInterface,
      addresses: [{ subnetId, ipAddress: "", gateway: true }],
    };
    const done = await withDevicePort(wish, { call, effects, log }, (port) => ({
      aggregate: routers,
      id: routerId,
      decide: add(interfacesOf(port)),
      context: call.completion(router.projectId, id),
    }));
    return { resourceId: id, ...done };
  });
}

async function addByPort(
  context: TopologyContext,
  { routerId, portId }: AddRouterInterfaceRequest,
  call: MutationCall,
  effects: Effects,
): Promise<Worked<RouterState>> {
  const { fold, executor } = context;
  return context.guards.hold({ exclusive: [guards.router(routerId), guards.port(portId)] }, async () => {
    const { router } = permittedRouter(fold.state, call, routerId);
    const { port } = permittedPort(fold.state, call, portId, "router interface.port_id");
    requireFewAddresses(port);
    const subnetIds = port.fixedIps.map(({ subnetId }) => subnetId);
    const add = (await adding(context, routerId, subnetIds))(interfacesOf(port));
    executor.rehearse(routers, routerId, add);
    const lend = { type: "LendPort", portId, deviceId: routerId, deviceOwner: deviceOwners.routerInterface } as const;
    const [, done] = await effects.executeTogether(
      {
        aggregate: ports,
        id: portId,
        decide: (present) => decidePort(lend, present),
        context: call.step(port.projectId),
      },
      { aggregate: routers, id: routerId, decide: add, context: call.completion(router.projectId, portId) },
    );
    return { resourceId: portId, ...done };
  });
}

/** The port goes after the interface: a crash between leaves it to the sweep. */
export function removeRouterInterface(context: TopologyContext): Work<RemoveRouterInterfaceRequest> {
  const { fold, log } = context;
  return async (request, call, effects) => {
    checkSubnetOrPort(request);
    const { routerId, subnetId, portId } = request;
    return context.guards.hold({ exclusive: [guards.router(routerId)] }, async () => {
      const { router, interfaces } = permittedRouter(fold.state, call, routerId);
      const removed = interfaces.find((one) => (portId === "" ? one.subnetId === subnetId : one.portId === portId));
      if (removed === undefined) throw new NotFound(`router ${routerId}'s interface of`, portId || subnetId);
      const subnetIds = interfaces.filter((one) => one.portId === removed.portId).map((one) => one.subnetId);
      if (portId === "") requireOnlySubnet(removed.portId, subnetIds);
      const decide = (present: RouterState) => {
        const requiredBy = requiredByOf(fold.state, routerId, subnetIds);
        return decideRouter({ type: "RemoveRouterInterface", routerId, portId: removed.portId, requiredBy }, present);
      };
      const done = await effects.execute(routers, routerId, decide, call.completion(router.projectId, routerId));
      const port = { id: removed.portId, networkId: removed.networkId, projectId: router.projectId };
      await finishing(log, { portId: port.id }, () => removeDevicePort(port, call, effects));
      return { resourceId: routerId, ...done };
    });
  };
}

/** How the router decides on interfaces in the subnets. */
async function adding(context: TopologyContext, routerId: string, subnetIds: readonly string[]) {
  const cidrs = new Map<string, string>();
  for (const id of subnetIds) cidrs.set(id, (await requireSubnet(context, id)).cidr);
  return (added: readonly RouterInterface[]) => (router: RouterState) => {
    const gateway = router.status === "active" ? gatewaySubnets(context.fold.state, router) : [];
    const interfaces = added.map((one) => ({ ...one, cidr: cidrs.get(one.subnetId) ?? "" }));
    return decideRouter({ type: "AddRouterInterface", routerId, interfaces, gatewaySubnets: gateway }, router);
  };
}

const findSubnet = (context: TopologyContext, subnetId: string): Promise<KnownSubnet | undefined> =>
  findOrCatchUp(context, (state) => state.subnets.get(subnetId));

async function requireSubnet(context: TopologyContext, subnetId: string): Promise<KnownSubnet> {
  const subnet = await findSubnet(context, subnetId);
  if (subnet === undefined) throw new NotFound("subnet", subnetId);
  return subnet;
}

function checkSubnetOrPort(request: { routerId: string; subnetId: string; portId: string }): void {
  const checks: FieldChecks = fieldChecks();
  checks.uuid("router_id", request.routerId);
  checks.uuid("subnet_id", request.subnetId, { optional: true });
  checks.uuid("port_id", request.portId, { optional: true });
  const one = (request.subnetId === "") !== (request.portId === "");
  checks.require("subnet_id", one, "exactly one of subnet_id and port_id is required");
  checks.done();
}

/** One IPv4 address at most and any number of IPv6 ones, as in Neutron: neutron/db/l3_db.py, _validate_router_port_info. */
function requireFewAddresses({ fixedIps }: Port): void {
  const ipv4 = fixedIps.filter(({ ipAddress }) => isIpv4Address(ipAddress)).length;
  if (fixedIps.length > 0 && ipv4 <= 1) return;
  const has = fixedIps.length === 0 ? "no fixed IP" : `${ipv4} IPv4 addresses`;
  const description = `the port has ${has}; a router's interface has one IPv4 address at most, and one of either version`;
  throw new InvalidFields([{ field: "port_id", description }]);
}

function requireOnlySubnet(portId: string, subnetIds: readonly string[]): void {
  if (subnetIds.length === 1) return;
  const description = `port ${portId} has addresses in subnets ${subnetIds.join(", ")}, which go together: name the port`;
  throw new InvalidFields([{ field: "subnet_id", description }]);
}

const interfacesOf = ({ id: portId, networkId, macAddress, fixedIps }: Port): RouterInterface[] =>
  fixedIps.map(({ subnetId, ipAddress }) => ({ portId, networkId, subnetId, ipAddress, macAddress }));

const interfaceWithout = (portId: string, networkId: string, subnetId: string): RouterInterface => ({
  portId,
  networkId,
  subnetId,
  ipAddress: "",
  macAddress: "",
});
