import { MaximumAppendSizeExceeded, type Status, WrongExpectedVersion } from "@rhumbline/proto/kurrent/shared";
import type { ExpectedRevision } from "../event-store.ts";
import {
  AppendTooLarge,
  LogUnavailable,
  OutcomeUnknown,
  StreamDeleted,
  WrongExpectedRevision,
} from "../event-store-errors.ts";

// As gRPC numbers them: https://grpc.io/docs/guides/status-codes/
const invalidArgument = 3;
const permissionDenied = 7;
const unavailable = 14;
const unauthenticated = 16;

/** The contract's error for what a server answered to one append of a batch. Only its own word that it wrote nothing
 *  becomes anything but OutcomeUnknown. */
export function appendRefusal(stream: string, expected: ExpectedRevision, { code, message, details }: Status): Error {
  const cause = new Error(message);
  const value = details?.value ?? Buffer.alloc(0);
  switch (details?.typeUrl.split(".").at(-1)) {
    case "WrongExpectedVersion":
      return new WrongExpectedRevision(stream, expected, actualRevision(WrongExpectedVersion.decode(value)));
    case "MaximumAppendSizeExceeded":
      return new AppendTooLarge(stream, MaximumAppendSizeExceeded.decode(value).maxAppendSize);
    case "StreamDeleted":
      return new StreamDeleted(stream);
    case "AccessDenied":
      return new LogUnavailable("access denied", { cause });
    case "Timeout":
      return new OutcomeUnknown(stream, { cause });
  }
  if (code === unavailable) return new LogUnavailable(withoutCode(message), { cause });
  if (code === invalidArgument)
    return new Error(`an append to ${stream} is not one: ${withoutCode(message)}`, { cause });
  return new OutcomeUnknown(stream, { cause });
}

/** The same for a call that the server ended with all appends that were under way in it. */
export function appendCutShort(stream: string, code: number | undefined, words: string): Error {
  const cause = new Error(`it ended the call with status ${code}: ${words}`);
  const isRefused = code === permissionDenied || code === unauthenticated;
  return isRefused ? new LogUnavailable("access denied", { cause }) : new OutcomeUnknown(stream, { cause });
}

function actualRevision({ currentStreamRevisionOption: current }: WrongExpectedVersion): number {
  return current?.$case === "currentStreamRevision" ? current.value : -1;
}

/** The embedded log begins with the code's name, which the official client's callers need. */
const withoutCode = (message: string): string => message.replace(/^[A-Z_]+: /, "");
