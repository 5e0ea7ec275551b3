import { JetStreamApiError } from "@nats-io/jetstream";
import { BusUnavailable, WrongRevision } from "./bus-errors.ts";

/** Error codes of the JetStream API (nats-server, server/errors.json). */
const wrongLastSequence = 10071;
const streamNotFound = 10059;

/** What a failed request means to us. A timeout, a broken connection, a stream or a leader that is not there: all are
 *  "later"; nothing tells them apart for certain. */
export function asBusError(error: unknown, what: string): BusUnavailable {
  if (error instanceof BusUnavailable) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new BusUnavailable(`${what}: ${reason}`, { cause: error });
}

/** As `asBusError`, for a write that names the sequence it expects. */
export function asWriteError(error: unknown, what: string, expected: number): BusUnavailable | WrongRevision {
  if (error instanceof JetStreamApiError && error.code === wrongLastSequence)
    return new WrongRevision(what, expected, { cause: error });
  return asBusError(error, what);
}

export function isStreamNotFound(error: unknown): boolean {
  return error instanceof JetStreamApiError && error.code === streamNotFound;
}
