import { DomainError } from "@rhumbline/event-sourcing";

export class NodeInUse extends DomainError {
  readonly kind = "conflict";
  readonly reason = "NODE_IN_USE";

  constructor(nodeId: string, routerIds: readonly string[]) {
    const shown = routerIds.slice(0, 5).join(", ");
    const more = routerIds.length > 5 ? ` and ${routerIds.length - 5} more` : "";
    super(`node ${nodeId} still has routers: ${shown}${more}; delete or move those first`, {
      nodeId,
      routerIds: routerIds.join(","),
    });
  }
}
