import type { CompletedRequest, EventMetadata } from "./event.ts";
import type { RecordedEvent } from "./event-store.ts";
import { DeliveredEvent } from "./kurrent/delivered-event.ts";
import { WrittenJson } from "./written-json.ts";

/** What is with an event, of which a fold asks two numbers every time and the rest seldom. */
export const metadataOf = (event: RecordedEvent): EventMetadata =>
  (event instanceof DeliveredEvent ? asWritten(event) : undefined) ?? (event.metadata as EventMetadata);

/** The JSON that executor.ts writes, in that order and nothing else. Undefined: it is another, to be parsed. */
function asWritten(event: DeliveredEvent): EventMetadata | undefined {
  const json = new WrittenJson(event.bytes, event.metadataStart, event.metadataEnd);
  for (const name of namesBefore) if (!json.passes(name) || !json.passesText()) return undefined;
  if (!json.passes(epochName) || !json.passesNumber()) return undefined;
  const epoch = json.number;
  if (!json.passes(timeName) || !json.passesNumber()) return undefined;
  const timeMs = json.number;
  for (const name of namesBehind) if (!json.passes(name) || !json.passesText()) return undefined;
  if (json.passes(traceName) && !json.passesText()) return undefined;
  const hasRequest = json.passes(requestName);
  if (hasRequest && !json.passesFlatObject()) return undefined;
  return json.passes(objectEnd) && json.isOver ? new WrittenMetadata(event, epoch, timeMs, hasRequest) : undefined;
}

const bytesOf = (text: string): Uint8Array => Buffer.from(text);
const namesBefore = ['{"$correlationId":"', ',"$causationId":"', ',"service":"'].map(bytesOf);
const [epochName, timeName] = [bytesOf(',"epoch":'), bytesOf(',"timeMs":')];
const namesBehind = [',"actor":"', ',"projectId":"'].map(bytesOf);
const [traceName, requestName, objectEnd] = [bytesOf(',"traceparent":"'), bytesOf(',"request":'), bytesOf("}")];

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
