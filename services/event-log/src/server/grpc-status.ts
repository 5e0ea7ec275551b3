/** gRPC's status codes, as far as the log answers with them (grpc.io/docs/guides/status-codes). */
export const grpcStatus = {
  ok: 0,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  failedPrecondition: 9,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  dataLoss: 15,
} as const;

export type GrpcStatus = (typeof grpcStatus)[keyof typeof grpcStatus];

/** What a call is refused with. */
export class GrpcError extends Error {
  override readonly name = "GrpcError";
  readonly code: GrpcStatus;
  /** Sent beside the code. KurrentDB's clients tell refusals apart by `exception`, Rhumbline's by `grpc-status-details-bin`. */
  readonly trailers: Readonly<Record<string, string>>;

  constructor(code: GrpcStatus, message: string, trailers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.code = code;
    this.trailers = trailers;
  }
}
