import type { RecordedEvent } from "../event-store.ts";

/** What of an event is asked of every one, and where the rest lies in the bytes that brought it. */
export interface EventPlace {
  stream: string;
  type: string;
  revision: number;
  position: number;
  idStart: number;
  idEnd: number;
  dataStart: number;
  dataEnd: number;
  metadataStart: number;
  metadataEnd: number;
}

/** An event that decodes what it says when somebody asks: a fold passes over most events by their types alone, and parsing
 *  their JSON would be most of what they cost it. */
export class DeliveredEvent implements RecordedEvent {
  readonly stream: string;
  readonly type: string;
  readonly revision: number;
  readonly position: number;
  readonly #bytes: Buffer;
  readonly #place: EventPlace;
  #data: unknown;
  #metadata: unknown;

  /** @param bytes must not change any more. */
  constructor(bytes: Buffer, place: EventPlace) {
    this.stream = place.stream;
    this.type = place.type;
    this.revision = place.revision;
    this.position = place.position;
    this.#bytes = bytes;
    this.#place = place;
  }

  get id(): string {
    return this.#bytes.toString("latin1", this.#place.idStart, this.#place.idEnd);
  }

  get data(): unknown {
    this.#data ??= json(this.#bytes, this.#place.dataStart, this.#place.dataEnd);
    return this.#data;
  }

  get metadata(): unknown {
    this.#metadata ??= json(this.#bytes, this.#place.metadataStart, this.#place.metadataEnd);
    return this.#metadata;
  }
}

/** As the official client has it: what is not there is undefined. */
const json = (bytes: Buffer, start: number, end: number): unknown =>
  start === end ? undefined : JSON.parse(bytes.toString("utf8", start, end));
