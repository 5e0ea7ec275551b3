import { dataJson, type EventMetadata, type Position, type RecordedEvent } from "@rhumbline/event-sourcing";
import { type EventStream, type EventStreamEnd, WrongRevision } from "@rhumbline/messaging";
import { inSpan } from "@rhumbline/telemetry";
import { attributesOf, subjectOf } from "./event-message.ts";

const maxInFlight = 256;

/** Publishes one event after the other from a known end of EVENTS on, many of them under way at once. Each names the
 *  sequence it must come to stand behind, so whatever fails, nothing after it is stored: the lane is then at its end, and
 *  a new one begins where EVENTS ends. */
export class PublishLane {
  readonly #stream: EventStream;
  #inFlight = 0;
  /** Called when one less is. */
  #landed: () => void = () => {};
  readonly #broken = new AbortController();
  readonly #stored: (position: Position) => void;
  #sentSequence: number;
  #storedPosition: Position;
  #storedSequence: number;

  /** @param stored told of the log position of each event as it is known to be stored. */
  constructor(stream: EventStream, end: EventStreamEnd, stored: (position: Position) => void) {
    this.#stream = stream;
    this.#stored = stored;
    this.#sentSequence = end.lastSequence;
    this.#storedSequence = end.lastSequence;
    this.#storedPosition = end.lastEvent?.sequence ?? 0;
  }

  /** Aborts with what went wrong. */
  get broken(): AbortSignal {
    return this.#broken.signal;
  }

  /** Of the last event known to be stored. */
  get storedSequence(): number {
    return this.#storedSequence;
  }

  /** So many are under way that the next one is to wait for `room`. */
  get full(): boolean {
    return this.#inFlight >= maxInFlight;
  }

  /** Waits until not too many are under way. */
  room(): Promise<void> {
    return this.#atMost(maxInFlight - 1);
  }

  /** Hands over the next event. Those that are handed over without a wait between them leave together.
   *  @param previous position of the one before it.
   *  @throws what broke the lane. */
  publish(event: RecordedEvent, previous: number): void {
    this.broken.throwIfAborted();
    const expected = this.#sentSequence;
    this.#sentSequence += 1;
    this.#inFlight += 1;
    void this.#send(event, previous, expected);
  }

  /** Whether EVENTS still ends where this lane left it. It doesn't when it was deleted, or when another relay went ahead.
   *  Says yes while events are under way: their answers will tell. */
  async isAtEnd(): Promise<boolean> {
    const sent = this.#sentSequence;
    if (this.#inFlight > 0) return true;
    const end = await this.#stream.end();
    if (this.#inFlight > 0 || this.#sentSequence !== sent) return true;
    return end?.lastSequence === this.#storedSequence && (end.lastEvent?.sequence ?? 0) === this.#storedPosition;
  }

  /** Waits for what is under way. */
  settled(): Promise<void> {
    return this.#atMost(0);
  }

  async #atMost(inFlight: number): Promise<void> {
    while (this.#inFlight > inFlight) {
      await new Promise<void>((resolve) => {
        this.#landed = resolve;
      });
    }
  }

  async #send(event: RecordedEvent, previous: number, expected: number): Promise<void> {
    try {
      const { traceparent: parent = "" } = event.metadata as Partial<EventMetadata>;
      const attributes = { "messaging.system": "nats", "rhumbline.event.type": event.type };
      const sequence = await inSpan("relay event", { role: "producer", parent, attributes }, (traceparent = parent) =>
        this.#stream.publish(
          subjectOf(event),
          attributesOf(event, { previous, traceparent }),
          dataJson(event),
          expected,
        ),
      );
      // NATS knows an event by its id for two minutes, and says so even where EVENTS was emptied since: not stored now.
      if (sequence !== expected + 1) throw new WrongRevision(`event ${event.id} in EVENTS`, expected);
      this.#storedSequence = sequence;
      this.#storedPosition = event.position;
      this.#stored(event.position);
    } catch (error) {
      this.#broken.abort(error);
    } finally {
      this.#inFlight -= 1;
      this.#landed();
    }
  }
}
