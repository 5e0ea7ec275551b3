import { NotFound } from "@rhumbline/event-sourcing";
import { type Columns, listPage, type MountedService, mount, sees } from "@rhumbline/grpc";
import { type Router, RouterStatus } from "@rhumbline/proto/rhumbline/topology/v1/router";
import { RouterServiceService } from "@rhumbline/proto/rhumbline/topology/v1/router_service";
import { ports, routers, type TopologyState } from "../../read-model/state.ts";
import { routerStatus } from "../../read-model/status.ts";
import type { ActiveRouter, RouterInterface, RouterState } from "../../router/state.ts";
import { permittedRouter } from "../access/permitted.ts";
import { changing } from "../changing.ts";
import type { TopologyContext } from "../context.ts";
import { requireActive, requireUuid, stamps } from "../request-fields.ts";
import { addRouterInterface, removeRouterInterface } from "./interface-work.ts";
import { createRouter, deleteRouter } from "./router-work.ts";
import { updateRouter } from "./update-router.ts";

const columnsFor = (state: TopologyState): Columns<ActiveRouter> => ({
  id: ({ id }) => id,
  project_id: ({ router }) => router.projectId,
  name: ({ router }) => router.name,
  "external_gateway.network_id": ({ gateway }) => gateway?.networkId,
  "interfaces.subnet_id": ({ interfaces }) => interfaces.map(({ subnetId }) => subnetId),
  "interfaces.network_id": ({ interfaces }) => interfaces.map(({ networkId }) => networkId),
  "interfaces.port_id": ({ interfaces }) => interfaces.map(({ portId }) => portId),
  description: ({ router }) => router.description,
  tags: ({ router }) => router.tags,
  admin_state_up: ({ router }) => router.adminStateUp ?? true,
  status: (router) => routerStatus(state, router),
  create_time: ({ createTimeMs }) => createTimeMs,
  update_time: ({ updateTimeMs }) => updateTimeMs,
});

export function mountRouterService(context: TopologyContext): MountedService {
  const { fold, readable } = context;
  const find = (id: string): RouterState => routers.select(fold.state, id);
  const toRouter = (state: TopologyState, active: ActiveRouter): Router => ({
    ...active.router,
    externalGateway: active.gateway,
    interfaces: active.interfaces.map(toInterface),
    status: RouterStatus[routerStatus(state, active)],
    ...stamps(active),
  });
  const answer = (state: RouterState, position: number, id: string) => ({
    router: toRouter(fold.state, requireActive("router", id, state)),
    position,
  });
  const routerOfPort = (portId: string): RouterState =>
    find(requireActive("port", portId, ports.select(fold.state, portId)).port.deviceId);

  return mount(RouterServiceService, {
    createRouter: changing(context, { work: createRouter(context), find, answer }),
    updateRouter: changing(context, { work: updateRouter(context), find, answer }),
    deleteRouter: changing(context, {
      work: deleteRouter(context),
      find,
      answer: (_router, position) => ({ position }),
    }),
    addRouterInterface: changing(context, {
      work: addRouterInterface(context),
      find: routerOfPort,
      answer(state, position, portId) {
        const router = requireActive("router", "of the interface", state);
        const added = router.interfaces.find((one) => one.portId === portId);
        if (added === undefined) throw new NotFound("router interface", portId);
        return { router: toRouter(fold.state, router), interface: toInterface(added), position };
      },
    }),
    removeRouterInterface: changing(context, { work: removeRouterInterface(context), find, answer }),

    async getRouter(request, call) {
      const id = requireUuid("id", request.id);
      const { state, position } = await readable(request, call);
      return { router: toRouter(state, permittedRouter(state, call, id)), position };
    },

    async listRouters(request, call) {
      const { state, position } = await readable(request, call);
      const seen = [...state.routers.values()].filter(({ router }) => sees(call.caller, "router", router));
      const { items, nextPageToken } = listPage(seen, columnsFor(state), request);
      return { routers: items.map((one) => toRouter(state, one)), nextPageToken, position };
    },
  });
}

const toInterface = ({ cidr: _, ...one }: ActiveRouter["interfaces"][number]): RouterInterface => one;
