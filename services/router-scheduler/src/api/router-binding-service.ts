import { NotBuilt, NotFound } from "@rhumbline/event-sourcing";
import { type Columns, fieldChecks, listPage, type MountedService, mount } from "@rhumbline/grpc";
import {
  RouterBindingServiceService,
  type RouterBinding as WireBinding,
} from "@rhumbline/proto/rhumbline/scheduler/v1/router_binding_service";
import type { ServiceContext } from "@rhumbline/service";
import { placeOfRouter } from "../placement/plan-placements.ts";
import { routerBindings, type SchedulerState } from "../read-model/state.ts";
import { checkQuestion, explained } from "./explain-placement.ts";

/** A list needs an id to order by. */
type Listed = WireBinding & { readonly id: string };

const columns: Columns<Listed> = {
  router_id: ({ routerId }) => routerId,
  node_id: ({ nodeId }) => nodeId,
  epoch: ({ epoch }) => epoch,
};

export function mountRouterBindingService({ fold, readable }: ServiceContext<SchedulerState>): MountedService {
  return mount(RouterBindingServiceService, {
    async getRouterBinding(request, call) {
      const checks = fieldChecks();
      checks.uuid("router_id", request.routerId);
      checks.done();
      const position = await readable(request, call);
      if (!fold.state.routers.has(request.routerId)) throw new NotFound("router", request.routerId);
      return { routerBinding: bindingView(fold.state, request.routerId), position };
    },

    async listRouterBindings(request, call) {
      const position = await readable(request, call);
      const bindings = [...fold.state.routers.keys()].map((id) => ({ ...bindingView(fold.state, id), id }));
      const { items, nextPageToken } = listPage(bindings, columns, request);
      return { routerBindings: items, nextPageToken, position };
    },

    async explainPlacement(request, call) {
      checkQuestion(request);
      const position = await readable(request, call);
      return { ...explained(fold.state, request), position };
    },

    async moveRouter() {
      throw new NotBuilt("moving a router");
    },
  });
}

/** Of a router that no node can hold as it is wanted, why not goes before why it is where it is. */
function bindingView(state: SchedulerState, routerId: string): WireBinding {
  const { nodeId, epoch, reason } = routerBindings.select(state, routerId);
  const { unschedulable } = placeOfRouter(state, routerId);
  return { routerId, nodeId, epoch, reason: unschedulable || reason, move: undefined };
}
