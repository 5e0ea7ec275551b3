import {
  HealthCheckRequest,
  HealthCheckResponse,
  HealthService,
  HealthCheckResponse_ServingStatus as ServingStatus,
} from "@rhumbline/proto/grpc/health/v1/health";
import type { GrpcCall } from "./grpc-call.ts";
import { GrpcError, grpcStatus } from "./grpc-status.ts";
import { encodeAnswer, type Handlers, onlyRequest, unary } from "./handlers.ts";

/** grpc.health.v1.Health. The server listens once it can serve, so whoever reaches it is told SERVING. */
export function healthHandlers(services: readonly string[]): Handlers {
  const status = (service: string) =>
    service === "" || services.includes(service) ? ServingStatus.SERVING : ServingStatus.SERVICE_UNKNOWN;
  return new Map([
    [
      HealthService.check.path,
      unary(HealthCheckRequest, HealthCheckResponse, ({ service }) => check(status(service), service)),
    ],
    [HealthService.watch.path, (call) => watch(call, status)],
  ]);
}

function check(status: ServingStatus, service: string): HealthCheckResponse {
  if (status === ServingStatus.SERVICE_UNKNOWN)
    throw new GrpcError(grpcStatus.notFound, `there is no service ${service}`);
  return { status };
}

async function watch(call: GrpcCall, status: (service: string) => ServingStatus): Promise<void> {
  const { service } = await onlyRequest(call, HealthCheckRequest);
  await call.send(encodeAnswer(HealthCheckResponse, { status: status(service) }));
  await new Promise((resolve) => call.gone.addEventListener("abort", resolve));
}
