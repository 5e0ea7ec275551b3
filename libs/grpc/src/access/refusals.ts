import { DomainError } from "@rhumbline/event-sourcing";

export class Unauthenticated extends DomainError {
  readonly kind = "unauthenticated";
  readonly reason = "UNAUTHENTICATED";

  constructor(header: string, why: string, expected: readonly string[]) {
    super(`${expected.join(", ")} must say who calls: ${header} ${why}`, { header, headers: expected.join(",") });
  }
}

/** The caller is known, and knows of the thing; but it is not for him to do. */
export class Forbidden extends DomainError {
  readonly kind = "denied";
  readonly reason = "FORBIDDEN";

  /** @param action as the policy names it: "NetworkService.CreateNetwork network.shared".
   *  @param why "is for its owner only": who may. */
  constructor(action: string, why: string) {
    super(`${action} ${why}`, { action });
  }
}
