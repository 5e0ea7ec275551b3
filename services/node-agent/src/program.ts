import { randomUUID } from "node:crypto";
import { authenticators, startGrpcServer } from "@rhumbline/grpc";
import { connectBus } from "@rhumbline/messaging";
import { Node } from "@rhumbline/proto/rhumbline/scheduler/v1/node";
import { refuseToListen } from "@rhumbline/service/settings";
import { createLogger, type Logger, startMetrics, startTracing } from "@rhumbline/telemetry";
import { runAgent } from "./agent.ts";
import { mountAgentService } from "./api/agent-service.ts";
import { parseConfig } from "./config.ts";
import { capabilitiesOf } from "./desired/capabilities.ts";
import { parseBridgeMapping } from "./desired/host-facts.ts";
import { bootId } from "./identity/boot-id.ts";
import { nodeIdIn } from "./identity/node-id.ts";
import type { RoomThread } from "./kernel/native/room-thread.ts";
import { openKernel } from "./kernel/open-kernel.ts";
import { probePeers } from "./kernel/probe/probe-peers.ts";
import { lackingLinkKinds } from "./kernel/process/lacking-link-kinds.ts";
import { localPrograms } from "./kernel/process/local-programs.ts";
import { readLeases } from "./kernel/process/read-leases.ts";
import { missingPrograms } from "./kernel/process/required-programs.ts";
import { mtuOfAddress } from "./kernel/process/underlay-mtu.ts";
import { watchedKernel } from "./kernel/watch/watched-kernel.ts";
import { exposeAgentGauges } from "./status/agent-gauges.ts";
import { type DataFolder, openDataFolder } from "./store/data-folder.ts";

const agentVersion = "0.1.0";
/** After the first look: a pass over routers that stand as they should ends within, and one that makes some is no start. */
const startedMs = 1_000;

/** The node agent, until it is asked to stop.
 *  @param startIsOver called once what stands was looked at. */
export async function runProgram(thread: RoomThread, startIsOver: () => void): Promise<void> {
  const settings = parseConfig(process.argv);
  const { name, data, backend, securityBackend, bridgeMapping, tunnelIp, listen, nats, otlp, metrics } = settings;
  const { resyncSeconds, logLevel } = settings;
  const log = createLogger("node-agent", logLevel);
  const objection = refuseToListen(settings);
  if (objection !== undefined) {
    log.error(objection);
    process.exit(2);
  }

  const missing = missingPrograms(securityBackend);
  for (const each of missing) log.error(each, "a program is missing: install its package");
  if (missing.length > 0) process.exit(1);

  const stopTracing = otlp ? await startTracing("node-agent", otlp) : async () => {};
  const stopMetrics = metrics ? await startMetrics("node-agent", metrics, log) : async () => {};
  const folder = openedOrExit(data, log);
  const nodeId = nodeIdIn(data);
  const who = { nodeId, incarnation: randomUUID(), bootId: bootId(), agentVersion, backend };
  const carriers = [...bridgeMapping].map(([network, carrier]) => [network, parseBridgeMapping(carrier)] as const);
  const dhcp = { leaseSeconds: settings.dhcpLeaseSeconds, domain: settings.dnsDomain };
  const opened = await openKernel(thread, settings.driver, securityBackend, log, (error) => {
    // Whoever runs the agent starts it again; the kernel stays as it is.
    log.error({ err: error }, "the kernel can't be programmed any more");
    process.exit(1);
  });
  const { kernel, driver, stop: leaveKernel } = opened;
  const watched = watchedKernel(kernel, opened.watch);
  void watched.looked.then(() => setTimeout(startIsOver, startedMs).unref());
  // The kernel is the longest to read of all that there is to find out first: the rest is found out meanwhile.
  const [lacks, underlayMtu] = await Promise.all([
    lackingLinkKinds(localPrograms),
    settings.underlayMtu ?? mtuOfAddress(tunnelIp, localPrograms),
    watched.underWay,
  ]);
  const host = { nodeId, bridgeMappings: new Map(carriers), tunnelIp, lacks, dhcp, backend, securityBackend };
  const bus = connectBus({ servers: nats, name: `node-agent ${name}`, logger: log });
  const node: Node = {
    ...Node.fromPartial({ id: nodeId, name, tunnelIp, agentVersion, backend }),
    bridgeMappings: Object.fromEntries(bridgeMapping),
    capabilities: capabilitiesOf(host),
    availabilityZone: settings.availabilityZone,
    labels: Object.fromEntries(settings.label),
    maxRouters: settings.maxRouters,
    underlayMtu,
  };
  const agent = runAgent({
    who,
    node,
    host,
    data,
    bus,
    kernel,
    watched,
    probes: probePeers(log),
    readLeases,
    resyncMs: resyncSeconds * 1000,
    logger: log,
  });
  exposeAgentGauges({ bus, ...agent });
  const { diagnosis, feed, doors } = agent;
  const services = [mountAgentService(diagnosis, { feed, kernel, host, doors })];
  const server = await startGrpcServer({ listen, services, authenticate: authenticators[settings.auth], log });
  server.setServing(true);
  log.info(
    { address: server.address, ...who, driver, lacks: Object.fromEntries(lacks), position: feed.desiredPosition },
    "ready",
  );

  const signal = await new Promise<NodeJS.Signals>((resolve) => {
    process.once("SIGTERM", resolve);
    process.once("SIGINT", resolve);
  });
  log.info({ signal }, "stopping; the kernel stays as it is");
  await agent.stop();
  await server.stop();
  await bus.close();
  await leaveKernel();
  folder.release();
  await stopMetrics();
  await stopTracing();
  log.info("stopped");
}

function openedOrExit(path: string, log: Logger): DataFolder {
  try {
    return openDataFolder(path);
  } catch (error) {
    log.error({ err: error }, "can't work without the data folder");
    return process.exit(2);
  }
}
