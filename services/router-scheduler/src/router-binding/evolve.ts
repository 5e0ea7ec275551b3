import type { Stamp } from "@rhumbline/event-sourcing";
import type { RouterBindingEvent } from "./events.ts";
import type { RouterBinding } from "./state.ts";

export function evolveRouterBinding(
  binding: RouterBinding,
  event: RouterBindingEvent,
  { timeMs }: Pick<Stamp, "timeMs">,
): RouterBinding {
  switch (event.type) {
    case "RouterBound": {
      const { nodeId, epoch, reason } = event.data;
      return { nodeId, epoch, reason, unschedulable: "", move: undefined, moveAbortedMs: 0 };
    }
    case "RouterUnbound":
      return { ...binding, nodeId: "", reason: event.data.reason, move: undefined };
    case "RouterUnschedulable":
      return { ...binding, unschedulable: event.data.reason };
    case "RouterMoveStarted": {
      const { toNodeId, reason } = event.data;
      return { ...binding, move: { toNodeId, reason, phase: "preparing", startTimeMs: timeMs, phaseTimeMs: timeMs } };
    }
    case "RouterMovePrepared":
      return { ...binding, move: binding.move && { ...binding.move, phase: "closing", phaseTimeMs: timeMs } };
    case "RouterMoveAborted":
      return { ...binding, move: undefined, moveAbortedMs: timeMs };
    default:
      return event satisfies never;
  }
}
