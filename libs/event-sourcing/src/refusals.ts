import { DomainError, type FieldViolation } from "./domain-error.ts";

/** Refusals that every service has. Those of one aggregate stand in its own room. */

export class InvalidFields extends DomainError {
  readonly kind = "invalid";
  readonly reason = "INVALID_FIELD";

  constructor(violations: readonly FieldViolation[]) {
    const told = violations.slice(0, maxTold).map(({ field, description }) => `${field}: ${description}`);
    const more = violations.length - told.length;
    super([...told, ...(more > 0 ? [`and ${more} more`] : [])].join("; "), {}, violations);
  }
}

/** A request may have thousands of wrong fields; nobody reads them all at once. */
const maxTold = 10;

export class NotFound extends DomainError {
  readonly kind = "not-found";
  readonly reason = "NOT_FOUND";

  /** @param what the field's word: "subnet", "router". */
  constructor(what: string, id: string) {
    super(`${what} ${id} does not exist`, { kind: what, id });
  }
}

export class EtagMismatch extends DomainError {
  readonly kind = "aborted";
  readonly reason = "ETAG_MISMATCH";

  constructor(what: string, id: string, given: string, present: string) {
    super(`${what} ${id} has etag ${present}, not ${given}: read it again and repeat`, { id, given, present });
  }
}

export class RequestIdReused extends DomainError {
  readonly kind = "invalid";
  readonly reason = "REQUEST_ID_REUSED";

  constructor(requestId: string, resourceId: string) {
    super(`request_id ${requestId} was used for another request, which made or changed ${resourceId}; use a new UUID`, {
      requestId,
      resourceId,
    });
  }
}

export class WriterDeposed extends DomainError {
  readonly kind = "aborted";
  readonly reason = "WRITER_DEPOSED";

  constructor(service: string) {
    super(`another replica of ${service} took over while this one worked; nothing was done: repeat the call`);
  }
}

export class NoWriter extends DomainError {
  readonly kind = "unavailable";
  readonly reason = "NO_WRITER";

  constructor(service: string, why: string) {
    super(`no replica of ${service} may write at the moment: ${why}`);
  }
}

export class WriteRefusedByLog extends DomainError {
  readonly kind = "unavailable";
  readonly reason = "LOG_UNAVAILABLE";

  constructor(cause: Error) {
    super(`${cause.message}; nothing was done`, {}, [], { cause });
  }
}

export class WriteOutcomeUnknown extends DomainError {
  readonly kind = "unavailable";
  readonly reason = "OUTCOME_UNKNOWN";

  /** @param why what came before the answer: "the deadline passed". */
  constructor(method: string, why: string, options?: ErrorOptions) {
    super(
      `${why} with ${method} under way: it may have been done; repeat it with the same request_id`,
      {},
      [],
      options,
    );
  }
}

export class PositionNotReached extends DomainError {
  readonly kind = "unavailable";
  readonly reason = "POSITION_NOT_REACHED";

  constructor(asked: number, reached: number) {
    super(`the log has not reached position ${asked}; it stands at ${reached}`, {
      minPosition: String(asked),
      position: String(reached),
    });
  }
}

export class QuotaExceeded extends DomainError {
  readonly kind = "exhausted";
  readonly reason = "QUOTA_EXCEEDED";

  constructor(projectId: string, resource: string, used: number, limit: number) {
    super(`project ${projectId} has ${used} of resource ${resource}, and its quota is ${limit}`, {
      projectId,
      resource,
      used: String(used),
      limit: String(limit),
    });
  }
}

export class NotBuilt extends DomainError {
  readonly kind = "not-built";
  readonly reason = "NOT_BUILT";

  constructor(what: string) {
    super(`${what} is not built yet`);
  }
}
