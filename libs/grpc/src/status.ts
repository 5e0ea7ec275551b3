import { status as Code, Metadata } from "@grpc/grpc-js";
import { DomainError, type RefusalKind } from "@rhumbline/event-sourcing";
import { BadRequest, ErrorInfo } from "@rhumbline/proto/google/rpc/error_details";
import { Status } from "@rhumbline/proto/google/rpc/status";

/** The one place where a refusal becomes a gRPC status. https://google.aip.dev/193 */
const codeByKind: Record<RefusalKind, Code> = {
  invalid: Code.INVALID_ARGUMENT,
  "not-found": Code.NOT_FOUND,
  "already-exists": Code.ALREADY_EXISTS,
  conflict: Code.FAILED_PRECONDITION,
  exhausted: Code.RESOURCE_EXHAUSTED,
  denied: Code.PERMISSION_DENIED,
  unauthenticated: Code.UNAUTHENTICATED,
  aborted: Code.ABORTED,
  unavailable: Code.UNAVAILABLE,
  "not-built": Code.UNIMPLEMENTED,
};

const domain = "rhumbline";
export const detailsKey = "grpc-status-details-bin";
const typeUrl = "type.googleapis.com/";

export interface GrpcStatus {
  readonly code: Code;
  readonly details: string;
  readonly metadata: Metadata;
}

/** A fault of ours shows the caller nothing of ours. */
export function statusOf(error: unknown): GrpcStatus {
  const metadata = new Metadata();
  if (isGrpcStatus(error)) return error;
  if (!(error instanceof DomainError)) {
    return { code: Code.INTERNAL, details: "internal error; the service's log has it", metadata };
  }
  const code = codeByKind[error.kind];
  const message = shortened(error.message, 1_000);
  const facts = Object.entries(error.facts).map(([name, value]) => [name, shortened(value, 500)] as const);
  const info = ErrorInfo.encode({ reason: error.reason, domain, metadata: Object.fromEntries(facts) }).finish();
  const details = [any("google.rpc.ErrorInfo", info)];
  if (error.violations.length > 0) {
    const fieldViolations = error.violations
      .slice(0, maxViolations)
      .map(({ field, description }) => ({ field: shortened(field, 100), description: shortened(description, 200) }));
    details.push(any("google.rpc.BadRequest", BadRequest.encode({ fieldViolations }).finish()));
  }
  metadata.set(detailsKey, Buffer.from(Status.encode({ code, message, details }).finish()));
  return { code, details: message, metadata };
}

/** Refusals travel in HTTP/2 headers, of which a gRPC client takes 8 KiB: a longer one would arrive as a broken call. */
const maxViolations = 10;
const shortened = (text: string, maxLength: number): string =>
  text.length <= maxLength ? text : `${text.slice(0, maxLength - 1)}…`;

const any = (type: string, value: Uint8Array) => ({ typeUrl: typeUrl + type, value: Buffer.from(value) });

/** What a client can tell of a failed call. */
export interface CallFailure {
  readonly code: Code;
  readonly message: string;
  /** Of rhumbline.error.v1.Reason, without its prefix; undefined when the failure is not one of the service's own refusals. */
  readonly reason: string | undefined;
  readonly facts: Readonly<Record<string, string>>;
  readonly violations: readonly { readonly field: string; readonly description: string }[];
}

/** Reads the details that `statusOf` wrote. Undefined for what is no gRPC status at all. */
export function failureOf(error: unknown): CallFailure | undefined {
  if (!isGrpcStatus(error)) return undefined;
  const bytes = error.metadata?.get(detailsKey)[0];
  const details = bytes instanceof Buffer ? Status.decode(bytes).details : [];
  const find = (type: string) => details.find(({ typeUrl: url }) => url === typeUrl + type)?.value;
  const info = find("google.rpc.ErrorInfo");
  const badRequest = find("google.rpc.BadRequest");
  const { reason, metadata } = info ? ErrorInfo.decode(info) : { reason: undefined, metadata: {} };
  return {
    code: error.code,
    message: error.details,
    reason,
    facts: metadata,
    violations: badRequest ? BadRequest.decode(badRequest).fieldViolations : [],
  };
}

function isGrpcStatus(error: unknown): error is GrpcStatus {
  return (
    typeof error === "object" &&
    error !== null &&
    "code" in error &&
    "details" in error &&
    typeof error.code === "number"
  );
}
