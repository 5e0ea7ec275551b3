import { DomainError } from "@rhumbline/event-sourcing";

export class RouterMoving extends DomainError {
  readonly kind = "conflict";
  readonly reason = "ROUTER_MOVING";

  constructor(routerId: string, toNodeId: string) {
    super(`router ${routerId} is on its way to node ${toNodeId}: wait for that move to end`, { routerId, toNodeId });
  }
}

export class RouterNotBound extends DomainError {
  readonly kind = "conflict";
  readonly reason = "ROUTER_NOT_BOUND";

  constructor(routerId: string) {
    super(`router ${routerId} runs on no node yet: placement gives it one as soon as one can hold it`, { routerId });
  }
}
