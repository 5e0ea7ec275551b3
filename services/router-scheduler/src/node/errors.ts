import { DomainError } from "@rhumbline/event-sourcing";
import type { RegisteredNode } from "./state.ts";

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

export class NodeCannotHoldRouter extends DomainError {
  readonly kind = "conflict";
  readonly reason = "NODE_CANNOT_HOLD_ROUTER";

  constructor(nodeName: string, nodeId: string, routerId: string, objections: readonly string[]) {
    super(`node ${nodeName} ${objections.join(" and ")}, so it can't hold router ${routerId}: name another node`, {
      nodeId,
      routerId,
      objections: objections.join("; "),
    });
  }
}

export class NodeUnreachable extends DomainError {
  readonly kind = "conflict";
  readonly reason = "NODE_UNREACHABLE";

  constructor(nodeName: string, nodeId: string, routerId: string) {
    super(
      `node ${nodeName} is not heard, so it can't hand router ${routerId} over: bring its agent back; when its kernel answers nobody either, the router goes elsewhere by itself`,
      { nodeId, routerId },
    );
  }
}

export class NodeRefusing extends DomainError {
  readonly kind = "conflict";
  readonly reason = "NODE_REFUSING";

  constructor({ name, id: nodeId, refusal }: RegisteredNode, routerId: string) {
    super(
      `node ${name} applies nothing new, closed doors included, so it can't hand router ${routerId} over: ${refusal}; see to that first`,
      { nodeId, routerId, refusal },
    );
  }
}
