import {
  MaximumAppendSizeExceeded,
  type Status,
  StreamDeleted,
  WrongExpectedVersion,
} from "@rhumbline/proto/kurrent/shared";
import { type GrpcError, grpcStatus } from "../server/grpc-status.ts";
import type { ExpectedRevision } from "../store/change.ts";
import { maxAppendBytes } from "./refusals.ts";

/** Refusals of one append among many: each rides in its own answer, as a Status whose detail's type the client reads. */

export function wrongExpectedVersion(expected: ExpectedRevision, actual: number): Status {
  const expectedCase = {
    "no-stream": "expectedNoStream",
    any: "expectedAny",
    "stream-exists": "expectedStreamExists",
  } as const;
  const detail = WrongExpectedVersion.encode({
    currentStreamRevisionOption:
      actual === -1 ? { $case: "currentNoStream", value: {} } : { $case: "currentStreamRevision", value: actual },
    expectedStreamPositionOption:
      typeof expected === "number"
        ? { $case: "expectedStreamPosition", value: expected }
        : { $case: expectedCase[expected], value: {} },
  });
  return status(grpcStatus.failedPrecondition, "WrongExpectedVersion", "WrongExpectedVersion", detail.finish());
}

export function streamDeleted(stream: string): Status {
  const detail = StreamDeleted.encode({ streamIdentifier: { streamName: Buffer.from(stream, "utf8") } });
  return status(
    grpcStatus.failedPrecondition,
    `Event stream '${stream}' is deleted.`,
    "StreamDeleted",
    detail.finish(),
  );
}

export function maximumAppendSizeExceeded(): Status {
  const detail = MaximumAppendSizeExceeded.encode({ maxAppendSize: maxAppendBytes });
  const message = `Maximum Append Size of ${maxAppendBytes} Exceeded.`;
  return status(grpcStatus.invalidArgument, message, "MaximumAppendSizeExceeded", detail.finish());
}

/** Whether it was written is not known. */
export function timeout(message: string): Status {
  return status(grpcStatus.deadlineExceeded, message, "Timeout", Buffer.alloc(0));
}

/** A refusal that KurrentDB has no type for. Its client passes the text of a type that it does not know on to its caller
 *  ("Could not recognize …"), so the text names the code. */
export function refused({ code, message }: GrpcError): Status {
  const name = code === grpcStatus.unavailable ? "UNAVAILABLE" : "INVALID_ARGUMENT";
  return status(code, `${name}: ${message}`, "Refused", Buffer.alloc(0));
}

function status(code: number, message: string, type: string, value: Uint8Array): Status {
  const details = { typeUrl: `type.googleapis.com/event_store.client.${type}`, value: Buffer.from(value) };
  return { code, message, details };
}
