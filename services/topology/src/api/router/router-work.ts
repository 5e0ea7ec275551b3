import { requireFields } from "@rhumbline/grpc";
import type { Port } from "@rhumbline/proto/rhumbline/topology/v1/port";
import type { CreateRouterRequest, DeleteRouterRequest } from "@rhumbline/proto/rhumbline/topology/v1/router_service";
import type { MutationCall } from "@rhumbline/service";
import { routers } from "../../read-model/state.ts";
import type { GatewayWanted } from "../../router/commands.ts";
import { decideRouter } from "../../router/decide.ts";
import type { RouterState } from "../../router/state.ts";
import { permittedRouter } from "../access/permitted.ts";
import type { Worked } from "../changing.ts";
import type { TopologyContext } from "../context.ts";
import { carryOut, type Effects } from "../effects.ts";
import { finishing } from "../finishing.ts";
import { guards } from "../guard-names.ts";
import { removeDevicePort, withDevicePort } from "../port/device-port.ts";
import { quotaGate } from "../quota/within-quota.ts";
import { requireUuid } from "../request-fields.ts";
import { requireExternal, requireSubnets } from "../require-external.ts";
import { gatewayOf, gatewayPort } from "./gateway.ts";
import { parseGateway, parseNewRouter } from "./router-request.ts";

type Work<Req> = (request: Req, call: MutationCall, effects: Effects) => Promise<Worked<RouterState>>;

/** It comes to be together with its gateway's port. */
export function createRouter(context: TopologyContext): Work<CreateRouterRequest> {
  const {
    fold,
    guards: { hold },
    log,
  } = context;
  return async (request, call, effects) => {
    const wanted = parseNewRouter(request.router, call.caller.projectId);
    const wish = request.router?.externalGateway && parseGateway(request.router.externalGateway);
    requireFields(call.caller, {
      "router.project_id": wanted.projectId !== call.caller.projectId,
      "router.external_gateway.enable_snat": wish?.enableSnat === false,
      "router.external_gateway.addresses": (wish?.addresses.length ?? 0) > 0,
    });
    const router = { ...wanted, id: call.newId("router") };
    const quota = quotaGate(context, router.projectId, "router");
    const creating = (gateway: GatewayWanted | undefined) => {
      const command = { type: "CreateRouter", router, gateway } as const;
      const decide = (present: RouterState) => decideRouter(command, present);
      return { aggregate: routers, id: router.id, decide, context: call.completion(router.projectId, router.id) };
    };
    const exclusive = [guards.router(router.id), ...quota.exclusive];
    if (wish === undefined)
      return hold({ exclusive }, async () => {
        quota.check();
        return { resourceId: router.id, ...(await carryOut(effects, creating(undefined))) };
      });
    const portId = call.newId("gateway");
    exclusive.push(guards.port(portId));
    return hold({ shared: [guards.network(wish.networkId)], exclusive }, async () => {
      quota.check();
      requireExternal(fold.state, call, wish.networkId, "router.external_gateway.network_id");
      await requireSubnets(context, wish.networkId, "any");
      const port = gatewayPort(portId, router, wish);
      const giving = (made: Port) => creating(gatewayOf(fold.state, made, wish));
      return { resourceId: router.id, ...(await withDevicePort(port, { call, effects, log }, giving)) };
    });
  };
}

/** Its gateway goes with it: the port last. */
export function deleteRouter({ fold, guards: { hold }, log }: TopologyContext): Work<DeleteRouterRequest> {
  return (request, call, effects) => {
    const id = requireUuid("id", request.id);
    return hold({ exclusive: [guards.router(id)] }, async () => {
      const { router, gateway } = permittedRouter(fold.state, call, id);
      const { projectId } = router;
      const command = { type: "DeleteRouter", routerId: id, etag: request.etag } as const;
      const decide = (present: RouterState) => decideRouter(command, present);
      const done = await effects.execute(routers, id, decide, call.completion(projectId, id));
      if (gateway !== undefined) {
        const port = { id: gateway.portId, networkId: gateway.networkId, projectId };
        await finishing(log, { portId: port.id }, () => removeDevicePort(port, call, effects));
      }
      return { resourceId: id, ...done };
    });
  };
}
