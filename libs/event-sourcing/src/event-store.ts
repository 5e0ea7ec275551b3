/**
 * The event log as every service sees it. Two adapters keep this contract (`./kurrent`, `./memory`) and one suite,
 * test/contract/event-store, holds both to it.
 */

/** Where an event stands in the log's one total order: the commit position of KurrentDB, a byte offset.
 *  Opaque and strictly increasing, with gaps; below 2^53. */
export type Position = number;

/** What the appender believes the stream's last revision to be. A number is that revision; the first event has 0. */
export type ExpectedRevision = number | "no-stream" | "any";

export interface NewEvent {
  /** A UUID. The same ids at the same expected revision are appended once, however often they are sent. */
  readonly id: string;
  readonly type: string;
  /** The event's protobuf message as proto3 JSON. */
  readonly data: unknown;
  readonly metadata: unknown;
}

/** What is to be appended to one stream. */
export interface StreamAppend {
  readonly stream: string;
  readonly expected: ExpectedRevision;
  readonly events: readonly NewEvent[];
}

export interface RecordedEvent extends NewEvent {
  readonly stream: string;
  readonly revision: number;
  readonly position: Position;
}

export interface Appended {
  /** The stream's last revision after this append. */
  readonly revision: number;
  /** Position of the last event of this append; the original one when the append was a repeat. */
  readonly position: Position;
}

export interface ReadStreamOptions {
  /** First revision to read, inclusive. Forwards: 0 when absent. Backwards: the last event when absent. */
  readonly from?: number;
  readonly direction?: "forwards" | "backwards";
  readonly maxCount?: number;
}

export interface ReadAllOptions {
  /** Exclusive. Forwards: events after it. Backwards: events before it. Absent: from the very start or end. */
  readonly from?: Position;
  readonly direction?: "forwards" | "backwards";
  readonly maxCount?: number;
  /** Only streams whose name starts with one of these. System streams (`$…`) are never delivered. */
  readonly streamPrefixes?: readonly string[];
}

export interface ReplayOptions {
  /** Exclusive. Absent: from the very start. */
  readonly from?: Position;
  /** As in ReadAllOptions. */
  readonly streamPrefixes?: readonly string[];
}

export interface SubscribeOptions {
  /** Deliveries are to be at least so far apart, what comes meanwhile together: for whom nobody waits. The embedded log does
   *  as it is asked; KurrentDB delivers each event at once. Absent: at once. */
  readonly intervalMs?: number;
  /** Types, names of messages, that need not be delivered. The embedded log leaves them out; KurrentDB delivers them all the
   *  same. */
  readonly ignoredTypes?: ReadonlySet<string>;
  /** Exclusive: the last position the caller has considered. Absent: from the start. */
  readonly after?: Position;
  readonly streamPrefixes?: readonly string[];
}

/** Called in log order and never concurrently; a handler that throws ends the subscription with that error. */
export interface SubscriptionHandler {
  event(event: RecordedEvent): void;
  /** Everything in the log up to some moment after subscribing was delivered. May be called more than once. */
  caughtUp(): void;
  /** No further call follows. The subscriber decides whether to subscribe again, from its own position. */
  dropped(cause: Error): void;
}

export interface Subscription {
  /** Ends it without a call to `dropped`. */
  stop(): Promise<void>;
}

export interface EventStore {
  /** Appends atomically: all events or none. An empty list answers the stream's present revision when `expected` holds.
   *  @throws {WrongExpectedRevision} the stream is elsewhere; nothing was written.
   *  @throws {AppendTooLarge} nothing was written.
   *  @throws {StreamDeleted} the stream was tombstoned; nothing was written, and nothing ever will be.
   *  @throws {LogUnavailable} nothing was written.
   *  @throws {OutcomeUnknown} it may have been written: send the same ids again, or look. */
  append(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): Promise<Appended>;
  /** Appends to several streams, each named once: everything or nothing, in this order in the log and with nothing of others
   *  between. Errors are those of `append`, of the first stream that is refused.
   *  @returns position of the last event.
   *  @throws {OneStreamOnly} nothing was written: append to one after the other, here and now. */
  appendTogether(appends: readonly StreamAppend[]): Promise<Position>;
  /** Nothing where the stream does not exist. */
  readStream(stream: string, options?: ReadStreamOptions): AsyncIterable<RecordedEvent>;
  readAll(options?: ReadAllOptions): AsyncIterable<RecordedEvent>;
  /** Hands over what `readAll` would, forwards to the log's end, as fast as it comes: for rebuilding a state. An Error that
   *  `take` throws ends it, and is thrown.
   *  @throws {LogUnavailable} */
  replay(options: ReplayOptions, take: (event: RecordedEvent) => void): Promise<void>;
  /** Position of the last event in the log that is not a system event; 0 when there is none. */
  lastPosition(): Promise<Position>;
  subscribe(options: SubscribeOptions, handler: SubscriptionHandler): Subscription;
  close(): Promise<void>;
}
