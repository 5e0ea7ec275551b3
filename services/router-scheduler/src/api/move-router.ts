import { NotFound } from "@rhumbline/event-sourcing";
import { fieldChecks } from "@rhumbline/grpc";
import type {
  MoveRouterRequest,
  RouterBinding as WireBinding,
} from "@rhumbline/proto/rhumbline/scheduler/v1/router_binding_service";
import type { ServiceContext } from "@rhumbline/service";
import { nodeGuard } from "../apply/place-routers.ts";
import { NodeCannotHoldRouter, NodeRefusing, NodeUnreachable } from "../node/errors.ts";
import { objectionsTo } from "../placement/candidates.ts";
import { routersByNode } from "../placement/rank-nodes.ts";
import { wishOf } from "../placement/wish.ts";
import { routerBindings, type SchedulerState } from "../read-model/state.ts";
import type { StartMove } from "../router-binding/commands.ts";
import { decideRouterBinding } from "../router-binding/decide.ts";
import type { RouterBinding } from "../router-binding/state.ts";

/** The handler of MoveRouter: checks and begins; the steps follow from the log. @param view of a binding as the API shows it. */
export function moving(
  { fold, executor, guards, mutation }: ServiceContext<SchedulerState>,
  view: (routerId: string) => WireBinding,
) {
  return mutation({
    async run(request: MoveRouterRequest, call) {
      const { routerId, nodeId } = checked(request);
      return guards.hold({ shared: [nodeGuard(nodeId)] }, async () => {
        const command = requireMovable(fold.state, routerId, nodeId);
        const completion = call.completion(fold.state.routers.get(routerId)?.projectId ?? "", routerId);
        const decide = (binding: RouterBinding) => decideRouterBinding(command, binding);
        const { position } = await executor.execute(routerBindings, routerId, decide, completion);
        return { resourceId: routerId, position };
      });
    },
    answer: (routerId, position) => ({ routerBinding: view(routerId), position }),
    async rehearse(request) {
      const { routerId, nodeId } = checked(request);
      const command = requireMovable(fold.state, routerId, nodeId);
      executor.rehearse(routerBindings, routerId, (binding) => decideRouterBinding(command, binding));
      return { routerBinding: view(routerId), position: fold.position };
    },
  });
}

/** @throws {InvalidFields} */
function checked({ routerId, nodeId }: MoveRouterRequest): Pick<MoveRouterRequest, "routerId" | "nodeId"> {
  const checks = fieldChecks();
  checks.uuid("router_id", routerId);
  checks.uuid("node_id", nodeId);
  checks.done();
  return { routerId, nodeId };
}

/** @throws {NotFound} {NodeCannotHoldRouter} {NodeUnreachable} {NodeRefusing} */
function requireMovable(state: SchedulerState, routerId: string, toNodeId: string): StartMove {
  const router = state.routers.get(routerId);
  const target = state.nodes.get(toNodeId);
  if (router === undefined) throw new NotFound("router", routerId);
  if (target === undefined) throw new NotFound("node", toNodeId);
  const present = state.nodes.get(routerBindings.select(state, routerId).nodeId);
  const command = { type: "StartMove", routerId, toNodeId, reason: "asked for" } as const;
  if (present?.id === toNodeId) return command;
  const objections = objectionsTo(target, wishOf(state, router), routersByNode(state.bindings).get(toNodeId) ?? 0);
  if (objections.length > 0) throw new NodeCannotHoldRouter(target.name, toNodeId, routerId, objections);
  if (present?.alive === false) throw new NodeUnreachable(present.name, present.id, routerId);
  if (present !== undefined && present.refusal !== "") throw new NodeRefusing(present, routerId);
  return command;
}
