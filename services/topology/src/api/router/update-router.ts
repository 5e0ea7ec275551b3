import type { Command, Executed } from "@rhumbline/event-sourcing";
import { fieldChecks, requireFields } from "@rhumbline/grpc";
import type { UpdateRouterRequest } from "@rhumbline/proto/rhumbline/topology/v1/router_service";
import type { MutationCall } from "@rhumbline/service";
import { gatewaySubnets } from "../../read-model/lookups.ts";
import { routers, type TopologyState } from "../../read-model/state.ts";
import type { UpdateRouter } from "../../router/commands.ts";
import { decideRouter } from "../../router/decide.ts";
import type { RouterEvent } from "../../router/events.ts";
import { type ActiveRouter, type RouterState, routerFields } from "../../router/state.ts";
import { permittedRouter } from "../access/permitted.ts";
import type { Worked } from "../changing.ts";
import type { TopologyContext } from "../context.ts";
import { carryOut, type Effects } from "../effects.ts";
import { finishing } from "../finishing.ts";
import { guards } from "../guard-names.ts";
import { removeDevicePort, withDevicePort } from "../port/device-port.ts";
import { checkImmutable, requireGiven, requireUuid, updatedFields } from "../request-fields.ts";
import { requireExternal, requireSubnets } from "../require-external.ts";
import { gatewayOf, gatewayPort, hasAll, keptPort } from "./gateway.ts";
import { requiredByOf } from "./required-by.ts";
import { type GatewayWish, parseGateway, parseRouterValues } from "./router-request.ts";

type Updating = (gateway: UpdateRouter["gateway"]) => Command<TopologyState, RouterState, RouterEvent>;

interface Step {
  readonly call: MutationCall;
  readonly effects: Effects;
  /** For a gateway that takes a new port. */
  readonly portId: string;
}

/** A gateway that takes another port has it before the old one goes, and takes it as it comes to be. */
export function updateRouter(context: TopologyContext) {
  const {
    fold,
    guards: { hold },
  } = context;
  return async (request: UpdateRouterRequest, call: MutationCall, effects: Effects): Promise<Worked<RouterState>> => {
    const given = requireGiven("router", request.router);
    const id = requireUuid("router.id", given.id);
    const gatewayGiven = { external_gateway: given.externalGateway !== undefined };
    const { fields, own } = updatedFields(request, given, routerFields, gatewayGiven);
    const wish = own.length > 0 && given.externalGateway ? parseGateway(given.externalGateway) : undefined;
    const step = { call, effects, portId: call.newId("gateway") };
    const shared = wish === undefined ? [] : [guards.network(wish.networkId)];
    return hold({ shared, exclusive: [guards.router(id), guards.port(step.portId)] }, async () => {
      const present = permittedRouter(fold.state, call, id);
      const { projectId } = present.router;
      const checks = fieldChecks();
      checkImmutable(checks, request, { "router.project_id": [given.projectId, projectId] });
      checks.done();
      const values = parseRouterValues(given, present.router);
      const updating: Updating = (gateway) => {
        const command: UpdateRouter = {
          type: "UpdateRouter",
          routerId: id,
          values,
          fields,
          gateway,
          gatewaySubnets: gatewaySubnets(fold.state, present),
          requiredBy: requiredByOf(fold.state, id),
          etag: request.etag,
        };
        const decide = (router: RouterState) => decideRouter(command, router);
        return { aggregate: routers, id, decide, context: call.completion(projectId, id) };
      };
      if (own.length === 0) return { resourceId: id, ...(await carryOut(effects, updating("keep"))) };
      const done =
        wish === undefined
          ? await carryOut(effects, updating("clear"))
          : await setGateway(context, present, wish, step, updating);
      await removeReplacedPort(context, present, done.aggregate, step);
      return { resourceId: id, ...done };
    });
  };
}

async function setGateway(
  context: TopologyContext,
  present: ActiveRouter,
  wish: GatewayWish,
  { call, effects, portId }: Step,
  updating: Updating,
): Promise<Executed<RouterState>> {
  const { fold, log } = context;
  requireFields(call.caller, {
    "router.external_gateway.enable_snat": wish.enableSnat !== (present.gateway?.enableSnat ?? true),
    "router.external_gateway.addresses": wish.addresses.length > 0 && !hasAll(present.gateway, wish),
  });
  requireExternal(fold.state, call, wish.networkId, "router.external_gateway.network_id");
  const kept = keptPort(fold.state, present, wish);
  if (kept !== undefined) return carryOut(effects, updating(kept));
  await requireSubnets(context, wish.networkId, "any");
  const port = gatewayPort(portId, present.router, wish);
  return withDevicePort(port, { call, effects, log }, (made) => updating(gatewayOf(fold.state, made, wish)));
}

async function removeReplacedPort(
  { log }: TopologyContext,
  { gateway, router }: ActiveRouter,
  after: RouterState,
  { call, effects }: Step,
): Promise<void> {
  const stands = after.status === "active" && after.gateway?.portId === gateway?.portId;
  if (gateway === undefined || stands) return;
  const port = { id: gateway.portId, networkId: gateway.networkId, projectId: router.projectId };
  await finishing(log, { portId: port.id }, () => removeDevicePort(port, call, effects));
}
