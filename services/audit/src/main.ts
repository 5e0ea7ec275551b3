import { connectKurrent } from "@rhumbline/event-sourcing/kurrent";
import { authenticators, startGrpcServer } from "@rhumbline/grpc";
import { connectBus } from "@rhumbline/messaging";
import { refuseToListen } from "@rhumbline/service";
import { createLogger, startMetrics, startTracing } from "@rhumbline/telemetry";
import { mountAuditService } from "./api/audit-service.ts";
import { parseConfig } from "./config.ts";
import { startRelay } from "./relay/relay.ts";
import { exposeRelayGauges } from "./relay/relay-gauges.ts";

const {
  listen,
  log: connectionString,
  nats: servers,
  maxAge,
  maxBytes,
  logLevel,
  otlp,
  metrics,
  auth,
  insecure,
} = parseConfig(process.argv);
const log = createLogger("audit", logLevel);
const objection = refuseToListen({ listen, metrics, auth, insecure });
if (objection !== undefined) {
  log.error(objection);
  process.exit(2);
}

const stopTracing = otlp ? await startTracing("audit", otlp) : async () => {};
const stopMetrics = metrics ? await startMetrics("audit", metrics, log) : async () => {};
const store = connectKurrent({ connectionString, logger: log });
const bus = connectBus({ servers, name: "audit", logger: log });
const relay = startRelay({ store, bus, bounds: { maxAgeMs: maxAge, maxBytes }, log });
exposeRelayGauges(store, relay);
const services = [mountAuditService(store, relay)];
const server = await startGrpcServer({ listen, services, authenticate: authenticators[auth], log });
server.setServing(true);
log.info({ address: server.address }, "ready");

const signal = await new Promise<NodeJS.Signals>((resolve) => {
  process.once("SIGTERM", resolve);
  process.once("SIGINT", resolve);
});
log.info({ signal }, "stopping");
await server.stop();
await relay.stop();
await bus.close();
await store.close();
await stopMetrics();
await stopTracing();
log.info("stopped");
