import type {
  BindRouter,
  DeclareUnschedulable,
  FinishMove,
  RouterBindingCommand,
  StartMove,
  UnbindRouter,
} from "./commands.ts";
import { RouterMoving, RouterNotBound } from "./errors.ts";
import type { RouterBindingEvent } from "./events.ts";
import type { RouterBinding, RouterMove } from "./state.ts";

/** Every command is safe to repeat, and one of a move that is not under way leads to nothing. A node that is
 *  left and another that is bound at once are said in one append.
 *  @throws {RouterMoving} {RouterNotBound} */
export function decideRouterBinding(
  command: RouterBindingCommand,
  binding: RouterBinding,
): readonly RouterBindingEvent[] {
  switch (command.type) {
    case "BindRouter":
      return bind(command, binding);
    case "UnbindRouter":
      return unbind(command, binding);
    case "DeclareUnschedulable":
      return declareUnschedulable(command, binding);
    case "StartMove":
      return startMove(command, binding);
    case "CloseOld":
      return isUnderWay(command, binding, "preparing")
        ? [{ type: "RouterMovePrepared", data: { routerId: command.routerId, toNodeId: command.toNodeId } }]
        : [];
    case "FinishMove":
      return finishMove(command, binding);
    case "AbortMove": {
      const { routerId, toNodeId, reason } = command;
      return binding.move?.toNodeId === toNodeId
        ? [{ type: "RouterMoveAborted", data: { routerId, toNodeId, reason } }]
        : [];
    }
    default:
      return command satisfies never;
  }
}

function bind({ routerId, nodeId, reason }: BindRouter, binding: RouterBinding): RouterBindingEvent[] {
  if (binding.nodeId === nodeId) return [];
  const leave = unbind({ type: "UnbindRouter", routerId, reason: `moved to node ${nodeId}` }, binding);
  return [...leave, { type: "RouterBound", data: { routerId, nodeId, epoch: binding.epoch + 1, reason } }];
}

function unbind({ routerId, reason }: UnbindRouter, { nodeId, epoch }: RouterBinding): RouterBindingEvent[] {
  return nodeId === "" ? [] : [{ type: "RouterUnbound", data: { routerId, nodeId, epoch, reason } }];
}

function declareUnschedulable(command: DeclareUnschedulable, binding: RouterBinding): RouterBindingEvent[] {
  const { routerId, reason } = command;
  return binding.unschedulable === reason ? [] : [{ type: "RouterUnschedulable", data: { routerId, reason } }];
}

function startMove({ routerId, toNodeId, reason }: StartMove, { nodeId, move }: RouterBinding): RouterBindingEvent[] {
  if (nodeId === "") throw new RouterNotBound(routerId);
  if (nodeId === toNodeId || move?.toNodeId === toNodeId) return [];
  if (move !== undefined) throw new RouterMoving(routerId, move.toNodeId);
  return [{ type: "RouterMoveStarted", data: { routerId, fromNodeId: nodeId, toNodeId, reason } }];
}

function finishMove(command: FinishMove, binding: RouterBinding): RouterBindingEvent[] {
  const { routerId, toNodeId: nodeId } = command;
  if (!isUnderWay(command, binding, "closing")) return [];
  const { epoch, move } = binding;
  // The new node holds it already: there is no moment at which it is bound nowhere.
  return [{ type: "RouterBound", data: { routerId, nodeId, epoch: epoch + 1, reason: `moved: ${move?.reason}` } }];
}

const isUnderWay = (
  { toNodeId }: { readonly toNodeId: string },
  { move }: RouterBinding,
  phase: RouterMove["phase"],
): boolean => move?.toNodeId === toNodeId && move.phase === phase;
