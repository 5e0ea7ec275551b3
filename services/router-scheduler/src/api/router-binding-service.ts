import { NotFound } from "@rhumbline/event-sourcing";
import { type Columns, fieldChecks, listPage, type MountedService, mount } from "@rhumbline/grpc";
import {
  RouterBindingServiceService,
  RouterMovePhase,
  type RouterBinding as WireBinding,
  type RouterMove as WireMove,
} from "@rhumbline/proto/rhumbline/scheduler/v1/router_binding_service";
import type { ServiceContext } from "@rhumbline/service";
import { placeOfRouter } from "../placement/plan-placements.ts";
import { routerBindings, type SchedulerState } from "../read-model/state.ts";
import type { RouterMove } from "../router-binding/state.ts";
import { checkQuestion, explained } from "./explain-placement.ts";
import { moving } from "./move-router.ts";

/** A list needs an id to order by. */
type Listed = WireBinding & { readonly id: string };

const columns: Columns<Listed> = {
  router_id: ({ routerId }) => routerId,
  node_id: ({ nodeId }) => nodeId,
  epoch: ({ epoch }) => epoch,
};

export function mountRouterBindingService(context: ServiceContext<SchedulerState>): MountedService {
  const { fold, readable } = context;
  return mount(RouterBindingServiceService, {
    async getRouterBinding(request, call) {
      const checks = fieldChecks();
      checks.uuid("router_id", request.routerId);
      checks.done();
      const { state, position } = await readable(request, call);
      if (!state.routers.has(request.routerId)) throw new NotFound("router", request.routerId);
      return { routerBinding: bindingView(state, request.routerId), position };
    },

    async listRouterBindings(request, call) {
      const { state, position } = await readable(request, call);
      const bindings = [...state.routers.keys()].map((id) => ({ ...bindingView(state, id), id }));
      const { items, nextPageToken } = listPage(bindings, columns, request);
      return { routerBindings: items, nextPageToken, position };
    },

    async explainPlacement(request, call) {
      checkQuestion(request);
      const { state, position } = await readable(request, call);
      return { ...explained(state, request), position };
    },

    moveRouter: moving(context, (routerId) => bindingView(fold.state, routerId)),
  });
}

/** Of a router that no node can hold as it is wanted, why not goes before why it is where it is. */
function bindingView(state: SchedulerState, routerId: string): WireBinding {
  const { nodeId, epoch, reason, move } = routerBindings.select(state, routerId);
  const { unschedulable } = placeOfRouter(state, routerId);
  return { routerId, nodeId, epoch, reason: unschedulable || reason, move: moveView(move) };
}

function moveView(move: RouterMove | undefined): WireMove | undefined {
  if (move === undefined) return undefined;
  const { toNodeId, phase, reason, startTimeMs } = move;
  return { toNodeId, phase: phases[phase], reason, startTime: new Date(startTimeMs) };
}

const phases = { preparing: RouterMovePhase.PREPARING, closing: RouterMovePhase.CLOSING } as const;
