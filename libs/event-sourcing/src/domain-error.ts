/** What sort of refusal it is. libs/grpc alone knows which gRPC code each becomes. */
export type RefusalKind =
  | "invalid"
  | "not-found"
  | "already-exists"
  | "conflict"
  | "exhausted"
  | "denied"
  | "unauthenticated"
  | "aborted"
  | "unavailable"
  | "not-built";

export interface FieldViolation {
  /** Path in the request: "subnet.cidr". */
  readonly field: string;
  /** What would be accepted. */
  readonly description: string;
}

/** A refusal that the caller can act on. Anything else that is thrown is a fault of ours. */
export abstract class DomainError extends Error {
  abstract readonly kind: RefusalKind;
  /** google.rpc.ErrorInfo.reason: a name of rhumbline.error.v1.Reason without its prefix. */
  abstract readonly reason: string;
  /** google.rpc.ErrorInfo.metadata: the facts, for programs. */
  readonly facts: Readonly<Record<string, string>>;
  readonly violations: readonly FieldViolation[];

  constructor(
    message: string,
    facts: Readonly<Record<string, string>> = {},
    violations: readonly FieldViolation[] = [],
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = new.target.name;
    this.facts = facts;
    this.violations = violations;
  }
}
