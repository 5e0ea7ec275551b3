export { buildId } from "./build-id.ts";
export { probeHealth } from "./health-probe.ts";
export type { Done, Mutation, MutationCall, MutationHandler } from "./mutations.ts";
export { caughtUp, type ReadGate, type ReadRequest } from "./reads.ts";
export { runService, type ServiceContext, type ServiceSpec } from "./run-service.ts";
export {
  hostAndPort,
  type ListenerSettings,
  logLevelOption,
  refuseToListen,
  type ServiceSettings,
  withListenerFlags,
  withServiceFlags,
} from "./settings.ts";
