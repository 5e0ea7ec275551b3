import { join } from "node:path";
import { type Bus, type DesiredWatcher, watchDesired } from "@rhumbline/messaging";
import type { Node } from "@rhumbline/proto/rhumbline/scheduler/v1/node";
import { Trigger } from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";
import type { Logger } from "@rhumbline/telemetry";
import { answerQuestions } from "./api/answer-questions.ts";
import { createDiagnosis, type Diagnosis } from "./api/diagnosis.ts";
import type { LeaseParts } from "./api/given-leases.ts";
import type { DoorAuthority } from "./desired/door.ts";
import type { HostFacts } from "./desired/host-facts.ts";
import { isAlone } from "./doors/alone.ts";
import { DoorKeeper } from "./doors/door-keeper.ts";
import { DesiredFeed } from "./feed/desired-feed.ts";
import type { DesiredState } from "./feed/desired-state.ts";
import { namedDevices } from "./feed/named-devices.ts";
import { peersIn } from "./feed/peers-in.ts";
import type { Kernel } from "./kernel/kernel.ts";
import type { PeerProbes } from "./kernel/probe/probe-peers.ts";
import type { WatchedKernel } from "./kernel/watch/watched-kernel.ts";
import { planningAhead } from "./plan/plan-ahead.ts";
import { foreseePass, type ReconcilerParts, reconcile } from "./reconcile.ts";
import { watchBus } from "./report/bus-sight.ts";
import { startHeartbeats } from "./report/heartbeat.ts";
import { NodeReporter, type Reporter } from "./report/node-reporter.ts";
import { keepRegistering, type RegistrationEvents } from "./report/registration.ts";
import { RepeatedDrift } from "./report/repeated-drift.ts";
import { ReportSender } from "./report/report-sender.ts";
import { Spool } from "./report/spool.ts";
import { pacedWake } from "./status/paced-wake.ts";
import { ReconcileLoop } from "./status/reconcile-loop.ts";
import { RetrySchedule } from "./status/retry-schedule.ts";
import { settledWake } from "./status/settled-wake.ts";

const spoolBytes = 64 * 1024 * 1024;
/** What we did ourselves was not refused, so that it is probably there: to look at it once more has time. */
const confirmAfter = { quietMs: 200, latestMs: 500 };
/** Nobody sets it back. */
const monotonicMs = (): number => performance.now();

/** What one agent works with. Its edges to the world are handed in: a real host's, or simulated ones. */
export interface AgentParts {
  readonly who: Reporter;
  /** As it registers. */
  readonly node: Node;
  readonly host: HostFacts;
  /** Its own folder, which exists. */
  readonly data: string;
  readonly bus: Bus;
  readonly kernel: Kernel;
  readonly watched: WatchedKernel;
  readonly probes: PeerProbes;
  /** As of LeaseParts. */
  readonly readLeases: LeaseParts["readLeases"];
  readonly resyncMs: number;
  readonly logger: Logger;
}

export interface RunningAgent {
  readonly diagnosis: Diagnosis;
  readonly feed: DesiredFeed;
  readonly spool: Spool;
  readonly schedule: RetrySchedule;
  doors(): DoorAuthority;
  /** Why the scheduler takes no reports of this node; empty while it does. */
  registrationRefusal(): string;
  /** Ends it after the operation under way; the kernel stays as it is. The bus is the caller's to close. */
  stop(): Promise<void>;
}

/** Runs one node's agent: from what is desired to the kernel, and from the kernel to reports. */
export function runAgent(parts: AgentParts): RunningAgent {
  const { who, node, host, data, bus, kernel, probes, logger } = parts;
  const { nodeId } = who;
  const { known, watch, observe } = parts.watched;
  const { batchName, execute, done, expected } = known;
  const looking: ReconcilerParts["kernel"] = { batchName, execute, done, expected, observe };

  const { spool, droppedBytes } = Spool.open(join(data, "spool"), spoolBytes);
  if (droppedBytes > 0) logger.warn({ droppedBytes }, "the spool's damaged end was cut off");
  const reporter = new NodeReporter(data, who, spool);
  reporter.started();

  const lookLater = (ms: number) => setTimeout(() => loop.wake(Trigger.DRIFT), ms).unref();
  const doorKeeper = new DoorKeeper(() => loop.wake(Trigger.DESIRED));
  const doors = () => doorKeeper.authority;
  const drift = new RepeatedDrift(lookLater);
  const ahead = planningAhead({ host, doors }, () => feed.newest?.resources);
  const reconciler = { kernel: looking, ahead, host, doors, reporter, drift, logger, now: Date.now };
  const schedule = new RetrySchedule(Math.random);
  const loop = new ReconcileLoop({
    pass: async (trigger) => {
      const result = await reconcile(reconciler, feed, trigger);
      if (known.owesConnections) listings.wake();
      else if (result !== undefined && known.isUnconfirmed) confirmations.wake();
      return result;
    },
    schedule,
    resyncMs: parts.resyncMs,
    beforeResync: () => known.changed("anywhere", "others"),
    logger,
    now: Date.now,
  });
  const looks = pacedWake(() => loop.wake(Trigger.DRIFT), monotonicMs);
  const confirmations = settledWake(() => loop.wake(Trigger.DRIFT), monotonicMs, confirmAfter);
  // At a pace of their own: what changes waits for none of them.
  const listings = pacedWake(() => loop.wake(Trigger.DRIFT), monotonicMs);
  const actOn = (state: DesiredState): void => {
    doorKeeper.holds(state.version.logId, state.version.position);
    probes.probe(peersIn(state));
    watch.lookAt(namedDevices(state));
  };
  const coming = (): void => {
    loop.wake(Trigger.DESIRED);
    ahead.look();
  };
  const feed = new DesiredFeed(data, actOn, { coming });
  if (feed.current !== undefined) actOn(feed.current);
  parts.watched.attendedBy({
    heard: (by) => (by === "us" ? confirmations : looks).wake(),
    isWaitedFor: () => loop.isWokenBy(Trigger.DESIRED),
    read: (some) => foreseePass(reconciler, feed.newest, some),
  });
  const roomAgain = () => loop.wake(Trigger.RETRY);
  const sender = new ReportSender({ bus, nodeId, spool, reporter, logger, roomAgain });

  let refusal = "";
  /** The log that the scheduler follows which accepted this node last. */
  let acceptedFor: string | undefined;
  let failoverDelayMs = 0;
  const stops = [
    () => watch.stop(),
    () => probes.stop(),
    () => looks.stop(),
    () => listings.stop(),
    () => confirmations.stop(),
    () => sender.stop(),
  ];
  const held = () => (loop.heldByOperator ? "held by an operator: nothing is touched until it is released" : "");
  const heartbeat = () => ({
    applied: reporter.reported.applied,
    refusal: feed.refusal || held(),
    probes: probes.silences(),
    doorsClosed: doors() !== "as desired",
  });
  const registration: RegistrationEvents = {
    accepted({ lastSeq, ...admission }) {
      refusal = "";
      logger.info({ nodeId, lastSeq, ...admission }, "registered");
      failoverDelayMs = admission.failoverDelayMs;
      doorKeeper.accepted(admission);
      loop.release();
      const before = acceptedFor;
      acceptedFor = admission.logId;
      if (before !== admission.logId) sender.settle(lastSeq);
      if (before !== undefined) return;
      sender.start();
      stops.push(startHeartbeats(bus, who, heartbeat), watchDesired(bus, nodeId, desired, logger));
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
  const desired: DesiredWatcher = {
    reset: () => feed.reset(),
    resource: (key, value) => feed.resource(key, value),
    manifest: (manifest) => {
      feed.manifest(manifest);
      // Another log has other reports of this node.
      if (manifest.logId !== acceptedFor) registering.again();
    },
  };
  const request = { node, bootId: who.bootId, incarnation: who.incarnation };
  const registering = keepRegistering(bus, request, registration, logger);
  const closeIfAlone = (): void => {
    const peersSilentMs = probes.silences().map(({ silentMs }) => silentMs);
    if (doors() === "closed" || !isAlone(failoverDelayMs, sight.silentMs(), peersSilentMs)) return;
    logger.warn({ busSilentMs: sight.silentMs(), peersSilentMs }, "alone: closing the doors of all routers");
    doorKeeper.closeAll();
  };
  const sight = watchBus(bus, {
    seenAgain: () => doors() === "closed" && registering.again(),
    askedInVain: closeIfAlone,
  });
  probes.onAsked(closeIfAlone);
  stops.push(
    () => registering.stop(),
    () => sight.stop(),
  );

  const diagnosis = createDiagnosis({
    nodeName: node.name,
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
    readLeases: parts.readLeases,
  });
  stops.push(answerQuestions(bus, nodeId, diagnosis, logger));
  return {
    diagnosis,
    feed,
    spool,
    schedule,
    doors,
    registrationRefusal: () => refusal,
    async stop() {
      for (const stop of stops) stop();
      await loop.stop();
      reporter.close();
      spool.close();
    },
  };
}
