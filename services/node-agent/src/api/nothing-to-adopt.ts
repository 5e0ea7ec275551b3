import { DomainError } from "@rhumbline/event-sourcing";

export class NothingToAdopt extends DomainError {
  readonly kind = "conflict";
  readonly reason = "NOTHING_TO_ADOPT";

  constructor() {
    super("the bus has no complete desired state for this node: nothing to adopt");
  }
}
