import { GrpcError, grpcStatus } from "../server/grpc-status.ts";
import type { ExpectedRevision } from "../store/change.ts";
import { LogNotWritable, NoSuchPosition, WriteOutcomeUnknown } from "../store/errors.ts";

/** Refusals as KurrentDB's server spells them in trailers: its clients read `exception` and what stands beside it. */

/** Up to 25.0 KurrentDB takes no larger append. */
export const maxAppendBytes = 1 << 20;

export function invalid(reason: string): GrpcError {
  return new GrpcError(grpcStatus.invalidArgument, reason);
}

export function wrongExpectedVersion(stream: string, expected: ExpectedRevision, actual: number): GrpcError {
  const message = `Append failed due to WrongExpectedVersion. Stream: ${stream}, Expected version: ${expected}, Actual version: ${actual}`;
  return new GrpcError(grpcStatus.failedPrecondition, message, {
    exception: "wrong-expected-version",
    "stream-name": asHeader(stream),
    "expected-version": String(expectedNumber(expected)),
    ...(actual === -1 ? {} : { "actual-version": String(actual) }),
  });
}

export function streamDeleted(stream: string): GrpcError {
  return new GrpcError(grpcStatus.failedPrecondition, `Event stream '${stream}' is deleted.`, {
    exception: "stream-deleted",
    "stream-name": asHeader(stream),
  });
}

export function appendTooLarge(): GrpcError {
  return new GrpcError(grpcStatus.invalidArgument, `Maximum Append Size of ${maxAppendBytes} Exceeded.`, {
    exception: "maximum-append-size-exceeded",
    "maximum-append-size": String(maxAppendBytes),
  });
}

export const partlyWritten = "some of these event ids stand in the stream and others do not: nothing was written";

/** The status for what the store threw; what it does not know passes through. */
export function refusalOf(cause: unknown): unknown {
  if (cause instanceof LogNotWritable)
    return new GrpcError(grpcStatus.unavailable, `nothing was written: ${cause.message}`);
  if (cause instanceof WriteOutcomeUnknown) return new GrpcError(grpcStatus.deadlineExceeded, cause.message);
  if (cause instanceof NoSuchPosition) return invalid(cause.message);
  return cause;
}

function expectedNumber(expected: ExpectedRevision): number {
  switch (expected) {
    case "no-stream":
      return -1;
    case "any":
      return -2;
    case "stream-exists":
      return -4;
    default:
      return expected;
  }
}

/** Headers carry ASCII; names almost always are. */
function asHeader(name: string): string {
  return /^[\x20-\x7e]*$/.test(name) ? name : encodeURIComponent(name);
}
