import { createLogger, type Logger, startMetrics } from "@rhumbline/telemetry";
import { adminHandlers } from "./admin/handlers.ts";
import { exposeLogGauges } from "./admin/log-gauges.ts";
import { type Config, readConfig } from "./config.ts";
import { discoveryHandlers } from "./server/discovery.ts";
import { startGrpcServer } from "./server/grpc-server.ts";
import { healthHandlers } from "./server/health.ts";
import { reflectionHandlers } from "./server/reflection.ts";
import { takeDataFolder } from "./store/data-folder.ts";
import { EventLog } from "./store/event-log.ts";
import { streamHandlers } from "./streams/handlers.ts";

const config = readConfig(process.argv.slice(2));
const logger = createLogger("event-log", config.logLevel);

try {
  await run(config, logger);
} catch (cause) {
  logger.error({ err: cause, data: config.data, listen: config.listen }, "the event log can't start");
  process.exitCode = 1;
}

async function run({ listen, data, metrics }: Config, logger: Logger): Promise<void> {
  const folder = await takeDataFolder(data);
  const { log, cutBytes } = await EventLog.open(folder.logPath, () => Date.now());
  if (cutBytes > 0)
    logger.warn({ bytes: cutBytes }, "gave up the end of a write that was cut short and never acknowledged");

  const stopMetrics = metrics ? await startMetrics("event-log", metrics, logger) : async () => {};
  exposeLogGauges(log, data);
  const handlers = new Map([
    ...discoveryHandlers(),
    ...streamHandlers(log, () => new Date()),
    ...adminHandlers(log, folder.logPath),
  ]);
  const services = [...new Set([...handlers.keys()].map((path) => path.split("/")[1] ?? ""))];
  const described = new Map([...handlers, ...healthHandlers(services), ...reflectionHandlers(services)]);
  const server = await startGrpcServer(listen, described, logger);
  logger.info({ address: server.address, events: log.events, position: log.lastPosition }, "event log ready");

  const stop = async (signal: string) => {
    logger.info({ signal }, "event log stopping");
    await server.stop();
    await stopMetrics();
    await log.close();
    await folder.release();
    logger.info({ position: log.lastPosition }, "event log stopped");
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void stop(signal));
}
