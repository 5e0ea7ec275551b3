import type { DomainEvent, EventMetadata, Recorded } from "./event.ts";
import type { RecordedEvent } from "./event-store.ts";

/** A domain event as it is applied to a state. Its fields are written out, for copying an object of unknown shape would be most
 *  of what a fold does; its id, which few ask for, is read when they do. */
export class FoldedEvent implements Recorded<DomainEvent> {
  readonly type: string;
  readonly data: unknown;
  readonly stream: string;
  readonly revision: number;
  readonly position: number;
  readonly metadata: EventMetadata;
  readonly #recorded: RecordedEvent;

  constructor({ type, data }: DomainEvent, recorded: RecordedEvent, metadata: EventMetadata) {
    this.type = type;
    this.data = data;
    this.stream = recorded.stream;
    this.revision = recorded.revision;
    this.position = recorded.position;
    this.metadata = metadata;
    this.#recorded = recorded;
  }

  get id(): string {
    return this.#recorded.id;
  }
}
