import {
  AccessDeniedError,
  isCommandError,
  MaxAppendSizeExceededError,
  StreamDeletedError,
  UnavailableError,
  UnknownError,
  WrongExpectedVersionError,
} from "@kurrent/kurrentdb-client";
import type { ExpectedRevision } from "../event-store.ts";
import {
  AppendTooLarge,
  LogUnavailable,
  OutcomeUnknown,
  StreamDeleted,
  WrongExpectedRevision,
} from "../event-store-errors.ts";

/** How the embedded log refuses for want of room, say: KurrentDB has no status for it, and the client wraps what it does not
 *  know in these words. */
const refusedToWrite = "Could not recognize UNAVAILABLE: ";
const refusedAsInvalid = "Could not recognize INVALID_ARGUMENT: ";

/** What grpc-js says when a call never got a connection to be sent on. */
const neverSent = /No connection established|Name resolution failed|Channel closed before call started/;

/** The contract's error for what the client rejected an append with. Only what surely came before the sending, or is the
 *  server's own word that it wrote nothing, becomes LogUnavailable. */
export function appendError(stream: string, expected: ExpectedRevision, cause: unknown): Error {
  if (cause instanceof WrongExpectedVersionError) {
    const actual = cause.actualState === "no_stream" ? -1 : Number(cause.actualState);
    return new WrongExpectedRevision(stream, expected, actual);
  }
  if (cause instanceof MaxAppendSizeExceededError) return new AppendTooLarge(stream, cause.maxAppendSize);
  if (cause instanceof StreamDeletedError) return new StreamDeleted(stream);
  if (cause instanceof AccessDeniedError) return new LogUnavailable("access denied", { cause });
  if (!(cause instanceof Error)) return new OutcomeUnknown(stream, { cause });

  // The client converts the errors of appends; what comes raw is from asking for the server's features, before any append.
  if (!isCommandError(cause)) return new LogUnavailable(cause.message, { cause });
  if (cause instanceof UnavailableError && neverSent.test(cause.message)) {
    return new LogUnavailable(cause.message, { cause });
  }
  if (cause instanceof UnknownError && cause.message.startsWith(refusedToWrite)) {
    return new LogUnavailable(cause.message.slice(refusedToWrite.length), { cause });
  }
  if (cause instanceof UnknownError && cause.message.startsWith(refusedAsInvalid)) {
    return new Error(`an append to ${stream} is not one: ${cause.message.slice(refusedAsInvalid.length)}`, { cause });
  }
  return new OutcomeUnknown(stream, { cause });
}
