import type { RecordedEvent } from "../event-store.ts";

/** An event that decodes what it says when somebody asks: a fold passes over most events by their types alone, and parsing
 *  their JSON would be most of what they cost it. Who reads it fills in what is asked of every one, and where the rest lies in
 *  the bytes that brought it. */
export class DeliveredEvent implements RecordedEvent {
  stream = "";
  type = "";
  revision = 0;
  position = 0;
  idStart = 0;
  idEnd = 0;
  dataStart = 0;
  dataEnd = 0;
  metadataStart = 0;
  metadataEnd = 0;
  /** That brought it. */
  readonly bytes: Buffer;
  #data: unknown;
  #metadata: unknown;

  /** @param bytes must not change any more. */
  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  get id(): string {
    return this.bytes.toString("latin1", this.idStart, this.idEnd);
  }

  get data(): unknown {
    this.#data ??= json(this.bytes.toString("utf8", this.dataStart, this.dataEnd));
    return this.#data;
  }

  /** In the bytes that brought it. */
  get dataJson(): Buffer {
    return this.bytes.subarray(this.dataStart, this.dataEnd);
  }

  get metadata(): unknown {
    this.#metadata ??= json(this.bytes.toString("utf8", this.metadataStart, this.metadataEnd));
    return this.#metadata;
  }
}

/** As the official client has it: what is not there is undefined. */
const json = (text: string): unknown => (text === "" ? undefined : JSON.parse(text));
