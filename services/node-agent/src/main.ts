import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { authenticators, startGrpcServer } from "@rhumbline/grpc";
import { connectBus, watchDesired } from "@rhumbline/messaging";
import { Node } from "@rhumbline/proto/rhumbline/scheduler/v1/node";
import { Trigger } from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";
import { refuseToListen } from "@rhumbline/service/settings";
import { createLogger, startMetrics, startTracing } from "@rhumbline/telemetry";
import { mountAgentService } from "./api/agent-service.ts";
import { answerQuestions } from "./api/answer-questions.ts";
import { createDiagnosis } from "./api/diagnosis.ts";
import { parseConfig } from "./config.ts";
import { parseBridgeMapping } from "./desired/host-facts.ts";
import { isAlone } from "./doors/alone.ts";
import { DoorKeeper } from "./doors/door-keeper.ts";
import { DesiredFeed } from "./feed/desired-feed.ts";
import type { DesiredState } from "./feed/desired-state.ts";
import { peersIn } from "./feed/peers-in.ts";
import { bootId } from "./identity/boot-id.ts";
import { nodeIdIn } from "./identity/node-id.ts";
import { mtuOfAddress } from "./identity/underlay-mtu.ts";
import { openKernel } from "./kernel/open-kernel.ts";
import { probePeers } from "./kernel/probe/probe-peers.ts";
import { missingPrograms } from "./kernel/process/required-programs.ts";
import { rememberingKernel } from "./kernel/watch/remembering-kernel.ts";
import { watchKernel } from "./kernel/watch/watch-kernel.ts";
import { reconcile } from "./reconcile.ts";
import { watchBus } from "./report/bus-sight.ts";
import { startHeartbeats } from "./report/heartbeat.ts";
import { NodeReporter } from "./report/node-reporter.ts";
import { keepRegistering, type RegistrationEvents } from "./report/registration.ts";
import { RepeatedDrift } from "./report/repeated-drift.ts";
import { ReportSender } from "./report/report-sender.ts";
import { Spool } from "./report/spool.ts";
import { exposeAgentGauges } from "./status/agent-gauges.ts";
import { pacedWake } from "./status/paced-wake.ts";
import { ReconcileLoop } from "./status/reconcile-loop.ts";
import { RetrySchedule } from "./status/retry-schedule.ts";
import { type DataFolder, openDataFolder } from "./store/data-folder.ts";

const agentVersion = "0.1.0";
/** How often the agent looks whether it sees anybody. */
const lookRoundMs = 100;
const spoolBytes = 64 * 1024 * 1024;

const settings = parseConfig(process.argv);
const { name, data, backend, bridgeMapping, tunnelIp, listen, nats, otlp, metrics, resyncSeconds, logLevel } = settings;
const log = createLogger("node-agent", logLevel);
const objection = refuseToListen(settings);
if (objection !== undefined) {
  log.error(objection);
  process.exit(2);
}

const missing = missingPrograms();
for (const each of missing) log.error(each, "a program is missing: install its package");
if (missing.length > 0) process.exit(1);

const stopTracing = otlp ? await startTracing("node-agent", otlp) : async () => {};
const stopMetrics = metrics ? await startMetrics("node-agent", metrics, log) : async () => {};
const folder = openedOrExit(data);
const nodeId = nodeIdIn(data);
const who = { nodeId, incarnation: randomUUID(), bootId: bootId(), agentVersion, backend };
const carriers = [...bridgeMapping].map(([network, carrier]) => [network, parseBridgeMapping(carrier)] as const);
/** What the scheduler may ask of this node. */
const capabilities = ["routers", "flat", "local", "iptables", ...(tunnelIp === "" ? [] : ["vxlan"])];
const dhcp = { leaseSeconds: settings.dhcpLeaseSeconds, domain: settings.dnsDomain };
const host = { nodeId, bridgeMappings: new Map(carriers), tunnelIp, dhcp };
const {
  kernel,
  driver,
  stop: leaveKernel,
} = await openKernel(settings.driver, log, (error) => {
  // Whoever runs the agent starts it again; the kernel stays as it is.
  log.error({ err: error }, "the kernel can't be programmed any more");
  process.exit(1);
});
const known = rememberingKernel(kernel, () => watch.listening);

const { spool, droppedBytes } = Spool.open(join(data, "spool"), spoolBytes);
if (droppedBytes > 0) log.warn({ droppedBytes }, "the spool's damaged end was cut off");
const reporter = new NodeReporter(data, who, spool);
reporter.started();

const lookLater = (ms: number) => setTimeout(() => loop.wake(Trigger.DRIFT), ms).unref();
const doorKeeper = new DoorKeeper(() => loop.wake(Trigger.DESIRED));
const doors = () => doorKeeper.authority;
const drift = new RepeatedDrift(lookLater);
const parts = { kernel: known, host, doors, reporter, drift, logger: log, now: Date.now };
const schedule = new RetrySchedule(Math.random);
const loop = new ReconcileLoop({
  pass: async (trigger) => feed.current && reconcile(parts, feed.current, trigger),
  schedule,
  resyncMs: resyncSeconds * 1000,
  beforeResync: () => known.changed("anywhere"),
  logger: log,
  now: Date.now,
});
const looks = pacedWake(() => loop.wake(Trigger.DRIFT), Date.now);
const watch = watchKernel({
  changed: (places) => {
    known.changed(places);
    looks.wake();
  },
  logger: log,
});
const probes = probePeers(log);
const actOn = (state: DesiredState): void => {
  doorKeeper.holds(state.version.logId, state.version.position);
  probes.probe(peersIn(state));
};
const feed = new DesiredFeed(data, (state) => {
  actOn(state);
  loop.wake(Trigger.DESIRED);
});
if (feed.current !== undefined) actOn(feed.current);
const bus = connectBus({ servers: nats, name: `node-agent ${name}`, logger: log });
const roomAgain = () => loop.wake(Trigger.RETRY);
const sender = new ReportSender({ bus, nodeId, spool, reporter, logger: log, roomAgain });

let refusal = "";
let wasAccepted = false;
let failoverDelayMs = 0;
const stops = [() => watch.stop(), () => probes.stop(), () => looks.stop(), () => sender.stop()];
const node: Node = {
  ...Node.fromPartial({ id: nodeId, name, tunnelIp, agentVersion, backend }),
  bridgeMappings: Object.fromEntries(bridgeMapping),
  capabilities,
  availabilityZone: settings.availabilityZone,
  labels: Object.fromEntries(settings.label),
  maxRouters: settings.maxRouters,
  underlayMtu: settings.underlayMtu ?? mtuOfAddress(tunnelIp),
};
const registration: RegistrationEvents = {
  accepted({ lastSeq, ...admission }) {
    refusal = "";
    log.info({ nodeId, lastSeq, ...admission }, "registered");
    failoverDelayMs = admission.failoverDelayMs;
    doorKeeper.accepted(admission);
    loop.release();
    if (wasAccepted) return;
    wasAccepted = true;
    sender.settle(lastSeq);
    sender.start();
    const held = () => (loop.heldByOperator ? "held by an operator: nothing is touched until it is released" : "");
    const heartbeat = () => ({
      applied: reporter.reported.applied,
      refusal: feed.refusal || held(),
      probes: probes.silences(),
      doorsClosed: doors() !== "as desired",
    });
    stops.push(startHeartbeats(bus, who, heartbeat), watchDesired(bus, nodeId, feed, log));
  },
  refused(reason) {
    refusal = reason;
    loop.hold();
  },
  // Nobody to ask: what was desired last is repaired all the same, but not where this host was refused before.
  unanswered() {
    if (refusal === "") loop.release();
  },
};
const request = { node, bootId: who.bootId, incarnation: who.incarnation };
const registering = keepRegistering(bus, request, registration, log);
const sight = watchBus(bus, () => doors() === "closed" && registering.again());
const closeWhenAlone = setInterval(() => {
  const peersSilentMs = probes.silences().map(({ silentMs }) => silentMs);
  if (doors() === "closed" || !isAlone(failoverDelayMs, sight.silentMs(), peersSilentMs)) return;
  log.warn({ busSilentMs: sight.silentMs(), peersSilentMs }, "alone: closing the doors of all routers");
  doorKeeper.closeAll();
}, lookRoundMs);
stops.push(
  () => registering.stop(),
  () => sight.stop(),
  () => clearInterval(closeWhenAlone),
);

exposeAgentGauges({ bus, spool, schedule, feed, doors, registrationRefusal: () => refusal });
const diagnosis = createDiagnosis({
  nodeName: name,
  incarnation: who.incarnation,
  host,
  doors,
  kernel,
  feed,
  reporter,
  spool,
  schedule,
  bus,
  registrationRefusal: () => refusal,
  heldByOperator: () => loop.heldByOperator,
  holdForOperator: (hold) => loop.holdForOperator(hold),
  undisturbed: (work) => loop.undisturbed(work),
});
stops.push(answerQuestions(bus, nodeId, diagnosis, log));
const services = [mountAgentService(diagnosis, { feed, kernel, host, doors })];
const server = await startGrpcServer({ listen, services, authenticate: authenticators[settings.auth], log });
server.setServing(true);
log.info({ address: server.address, ...who, driver, position: feed.desiredPosition }, "ready");

const signal = await new Promise<NodeJS.Signals>((resolve) => {
  process.once("SIGTERM", resolve);
  process.once("SIGINT", resolve);
});
log.info({ signal }, "stopping; the kernel stays as it is");
for (const stop of stops) stop();
await loop.stop();
await server.stop();
await bus.close();
await leaveKernel();
spool.close();
folder.release();
await stopMetrics();
await stopTracing();
log.info("stopped");

function openedOrExit(path: string): DataFolder {
  try {
    return openDataFolder(path);
  } catch (error) {
    log.error({ err: error }, "can't work without the data folder");
    return process.exit(2);
  }
}
