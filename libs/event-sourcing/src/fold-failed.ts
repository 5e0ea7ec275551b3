import { DomainError } from "./domain-error.ts";
import type { RecordedEvent } from "./event-store.ts";

/** The fold could not take an event of the log, which is its cause's fault or the event's. It has no state past it, and no
 *  other try will bring one: another build is needed. */
export class FoldFailed extends DomainError {
  readonly kind = "unavailable";
  readonly reason = "FOLD_FAILED";

  constructor(service: string, { type, position, stream, revision }: RecordedEvent, options: { cause: unknown }) {
    super(
      `${service} can't fold ${type} at position ${position} of the log (revision ${revision} of ${stream}): ` +
        "what it knows ends before it; its log says why, and another build is needed",
      { type, position: String(position), stream, revision: String(revision) },
      [],
      options,
    );
  }
}
