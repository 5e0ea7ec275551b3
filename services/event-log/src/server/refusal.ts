import { BadRequest, ErrorInfo } from "@rhumbline/proto/google/rpc/error_details";
import { Status } from "@rhumbline/proto/google/rpc/status";
import type { Reason } from "@rhumbline/proto/rhumbline/error/v1/reason";
import { GrpcError, type GrpcStatus, grpcStatus } from "./grpc-status.ts";

interface RefusalDetails {
  /** For programs. */
  readonly facts?: Readonly<Record<string, string>>;
  readonly violations?: BadRequest["fieldViolations"];
}

/** Refuses with google.rpc.ErrorInfo, as every service of Rhumbline does (https://google.aip.dev/193); what is refused in
 *  KurrentDB's protocol is told by its own trailers. */
export function refusal(
  code: GrpcStatus,
  reason: keyof typeof Reason,
  message: string,
  { facts = {}, violations = [] }: RefusalDetails = {},
): GrpcError {
  const info = ErrorInfo.encode({ reason, domain: "rhumbline", metadata: facts }).finish();
  const details = [any("google.rpc.ErrorInfo", info)];
  if (violations.length > 0) {
    details.push(any("google.rpc.BadRequest", BadRequest.encode({ fieldViolations: violations }).finish()));
  }
  const status = Buffer.from(Status.encode({ code, message, details }).finish());
  return new GrpcError(code, message, { "grpc-status-details-bin": status.toString("base64") });
}

/** What came is no request of the method. */
export function malformedRequest(description: string): GrpcError {
  const violations = [{ field: "(request)", description }];
  return refusal(grpcStatus.invalidArgument, "INVALID_FIELD", `(request): ${description}`, { violations });
}

const any = (type: string, value: Uint8Array) => ({
  typeUrl: `type.googleapis.com/${type}`,
  value: Buffer.from(value),
});
