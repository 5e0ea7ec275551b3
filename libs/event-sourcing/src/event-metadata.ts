import type { CompletedRequest, EventMetadata } from "./event.ts";
import type { RecordedEvent } from "./event-store.ts";

/** What is with an event, of which a fold asks two numbers every time and the rest seldom. */
export function metadataOf(event: RecordedEvent): EventMetadata {
  const found = event.metadataText === undefined ? null : asWritten.exec(event.metadataText);
  if (found === null) return event.metadata as EventMetadata;
  return new WrittenMetadata(event, Number(found[1]), Number(found[2]), found[3] !== undefined);
}

const text = '"[^"\\\\]*"';
/** The JSON text that executor.ts writes, in that order and nothing else; whatever else there is, is parsed. */
const asWritten = new RegExp(
  [
    `^\\{"\\$correlationId":${text},"\\$causationId":${text},"service":${text},"epoch":(\\d+),"timeMs":(\\d+)`,
    `"actor":${text},"projectId":${text}(?:,"traceparent":${text})?(?:,("request"):\\{[^{}]*\\})?\\}$`,
  ].join(","),
);

class WrittenMetadata implements EventMetadata {
  readonly epoch: number;
  readonly timeMs: number;
  readonly #event: RecordedEvent;
  readonly #hasRequest: boolean;

  constructor(event: RecordedEvent, epoch: number, timeMs: number, hasRequest: boolean) {
    this.epoch = epoch;
    this.timeMs = timeMs;
    this.#event = event;
    this.#hasRequest = hasRequest;
  }

  get request(): CompletedRequest | undefined {
    return this.#hasRequest ? this.#parsed.request : undefined;
  }

  get $correlationId(): string {
    return this.#parsed.$correlationId;
  }

  get $causationId(): string {
    return this.#parsed.$causationId;
  }

  get service(): string {
    return this.#parsed.service;
  }

  get actor(): string {
    return this.#parsed.actor;
  }

  get projectId(): string {
    return this.#parsed.projectId;
  }

  get traceparent(): string | undefined {
    return this.#parsed.traceparent;
  }

  get #parsed(): EventMetadata {
    return this.#event.metadata as EventMetadata;
  }
}
