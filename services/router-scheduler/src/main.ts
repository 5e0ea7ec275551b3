import { Bus } from "@rhumbline/messaging";
import { runService } from "@rhumbline/service";
import { createLogger } from "@rhumbline/telemetry";
import { mountNodeAgentService } from "./api/node-agent-service.ts";
import { exposeNodeGauges } from "./api/node-gauges.ts";
import { mountNodeService } from "./api/node-service.ts";
import { mountPortExplanationService } from "./api/port-explanation-service.ts";
import { mountRealisationService } from "./api/realisation-service.ts";
import { mountRouterBindingService } from "./api/router-binding-service.ts";
import { mountVerificationService } from "./api/verification-service.ts";
import { startScheduling } from "./apply/start-scheduling.ts";
import { parseConfig } from "./config.ts";
import { createHeartbeats } from "./inbox/heartbeats.ts";
import { schedulerFold } from "./read-model/fold.ts";

const settings = parseConfig(process.argv);
const name = "router-scheduler";
const log = createLogger(name, settings.logLevel);
const bus = new Bus({ servers: settings.nats, name, logger: log });
const { failoverDelayMs } = settings;
const liveness = { nodeTimeoutMs: settings.nodeTimeoutSeconds * 1000, failoverDelayMs };
const heartbeats = createHeartbeats(bus, log);

await runService(
  {
    definition: schedulerFold,
    mount: (context) => [
      mountNodeService(context, heartbeats, liveness),
      mountRouterBindingService(context),
      mountRealisationService(context),
      mountPortExplanationService(context, bus),
      mountVerificationService(context, bus),
      mountNodeAgentService(context, bus),
    ],
    background: (context) => {
      exposeNodeGauges(context, heartbeats);
      return startScheduling(context, bus, heartbeats, liveness);
    },
  },
  settings,
);
