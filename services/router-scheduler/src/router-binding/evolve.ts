import type { RouterBindingEvent } from "./events.ts";
import type { RouterBinding } from "./state.ts";

export function evolveRouterBinding(binding: RouterBinding, event: RouterBindingEvent): RouterBinding {
  switch (event.type) {
    case "RouterBound": {
      const { nodeId, epoch, reason } = event.data;
      return { nodeId, epoch, reason, unschedulable: "" };
    }
    case "RouterUnbound":
      return { ...binding, nodeId: "", reason: event.data.reason };
    case "RouterUnschedulable":
      return { ...binding, unschedulable: event.data.reason };
    default:
      return event satisfies never;
  }
}
