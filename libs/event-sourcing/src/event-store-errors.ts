import type { ExpectedRevision } from "./event-store.ts";

/** The stream's last revision is not the one the appender expected. Nothing was written. */
export class WrongExpectedRevision extends Error {
  override readonly name = "WrongExpectedRevision";
  readonly stream: string;
  readonly expected: ExpectedRevision;
  /** The stream's last revision; -1 where the stream has no event. */
  readonly actual: number;

  constructor(stream: string, expected: ExpectedRevision, actual: number) {
    super(`stream ${stream} is at revision ${actual}, not at ${expected}`);
    this.stream = stream;
    this.expected = expected;
    this.actual = actual;
  }
}

/** The append is larger than the log takes in one transaction. Nothing was written. */
export class AppendTooLarge extends Error {
  override readonly name = "AppendTooLarge";
  readonly stream: string;
  readonly maxBytes: number;

  constructor(stream: string, maxBytes: number) {
    super(`an append to ${stream} is over the log's ${maxBytes} bytes`);
    this.stream = stream;
    this.maxBytes = maxBytes;
  }
}

/** The log appends to one stream at a time, as KurrentDB's protocol has it, or did not say otherwise yet. Nothing was written. */
export class OneStreamOnly extends Error {
  override readonly name = "OneStreamOnly";

  constructor() {
    super("this event log appends to one stream at a time");
  }
}

/** The stream was tombstoned by hand: it takes no event ever again. */
export class StreamDeleted extends Error {
  override readonly name = "StreamDeleted";
  readonly stream: string;

  constructor(stream: string) {
    super(`stream ${stream} was tombstoned`);
    this.stream = stream;
  }
}

/** The log can't be reached, or it refuses to write (its disk is full, say). Nothing was written. */
export class LogUnavailable extends Error {
  override readonly name = "LogUnavailable";

  constructor(reason: string, options?: ErrorOptions) {
    super(`the event log is unavailable: ${reason}`, options);
  }
}

/** The connection broke or the deadline passed with the append under way: it may have been written. */
export class OutcomeUnknown extends Error {
  override readonly name = "OutcomeUnknown";
  readonly stream: string;

  constructor(stream: string, options?: ErrorOptions) {
    super(`whether the append to ${stream} was written is not known`, options);
    this.stream = stream;
  }
}
