export { buildId } from "./build-id.ts";
export { probeHealth } from "./health-probe.ts";
export { exposeLag } from "./metrics.ts";
export type { Done, Mutation, MutationCall, MutationHandler } from "./mutations.ts";
export { type DefaultQuota, type QuotaName, quotaNames, quotaOption } from "./quota-option.ts";
export { caughtUp, type ReadGate, type ReadRequest } from "./reads.ts";
export { runService, type ServiceSpec } from "./run-service.ts";
export { createServiceContext, type ServiceContext } from "./service-context.ts";
export {
  hostAndPort,
  type ListenerSettings,
  logLevelOption,
  metricsOption,
  refuseToListen,
  type ServiceSettings,
  withListenerFlags,
  withServiceFlags,
} from "./settings.ts";
export { startWriterDuty } from "./writer-duty.ts";
