import type { BindRouter, DeclareUnschedulable, RouterBindingCommand, UnbindRouter } from "./commands.ts";
import type { RouterBindingEvent } from "./events.ts";
import type { RouterBinding } from "./state.ts";

/** Every command is safe to repeat. A move is said whole, in one append: where the router leaves and where it goes. */
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
