import { dataJson, type Position, type RecordedEvent } from "@rhumbline/event-sourcing";
import { type EventStream, type EventStreamEnd, WrongRevision } from "@rhumbline/messaging";
import { inSpan } from "@rhumbline/telemetry";
import { attributesOf, subjectOf } from "./event-message.ts";

const maxInFlight = 256;

/** Publishes one event after the other from a known end of EVENTS on, many of them under way at once. Each names the
 *  sequence it must come to stand behind, so whatever fails, nothing after it is stored: the lane is then at its end, and
 *  a new one begins where EVENTS ends. */
export class PublishLane {
  readonly #stream: EventStream;
  readonly #inFlight = new Set<Promise<void>>();
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

  /** Hands over the next event, and waits while too many are under way.
   *  @param previous position of the one before it.
   *  @throws what broke the lane. */
  async publish(event: RecordedEvent, previous: number): Promise<void> {
    while (this.#inFlight.size >= maxInFlight) await Promise.race(this.#inFlight);
    this.broken.throwIfAborted();
    const expected = this.#sentSequence;
    this.#sentSequence += 1;
    const sending = this.#send(event, previous, expected).finally(() => this.#inFlight.delete(sending));
    this.#inFlight.add(sending);
  }

  /** Whether EVENTS still ends where this lane left it. It doesn't when it was deleted, or when another relay went ahead.
   *  Says yes while events are under way: their answers will tell. */
  async isAtEnd(): Promise<boolean> {
    const sent = this.#sentSequence;
    if (this.#inFlight.size > 0) return true;
    const end = await this.#stream.end();
    if (this.#inFlight.size > 0 || this.#sentSequence !== sent) return true;
    return end?.lastSequence === this.#storedSequence && (end.lastEvent?.sequence ?? 0) === this.#storedPosition;
  }

  /** Waits for what is under way. */
  async settled(): Promise<void> {
    await Promise.all(this.#inFlight);
  }

  async #send(event: RecordedEvent, previous: number, expected: number): Promise<void> {
    const message = attributesOf(event, previous);
    const attributes = { "messaging.system": "nats", "rhumbline.event.type": event.type };
    try {
      const sequence = await inSpan(
        "relay event",
        { role: "producer", parent: message.traceparent, attributes },
        (traceparent) =>
          this.#stream.publish(
            subjectOf(event),
            { ...message, traceparent: traceparent ?? message.traceparent },
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
    }
  }
}
