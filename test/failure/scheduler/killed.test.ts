import { randomUUID } from "node:crypto";
import type { EventStore } from "@rhumbline/event-sourcing";
import { connectKurrent } from "@rhumbline/event-sourcing/kurrent";
import { type Bus, connectBus, desiredBucket } from "@rhumbline/messaging";
import { RealisationServiceService, ResourceKind } from "@rhumbline/proto/rhumbline/scheduler/v1/realisation_service";
import { createLogger } from "@rhumbline/telemetry";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { NodeDouble } from "../../scenarios/scheduler/node-double.ts";
import * as sample from "../../scenarios/scheduler/sample-events.ts";
import { appendSamples } from "../../scenarios/scheduler/sample-log.ts";
import { type EventLogProcess, startEventLog } from "../../support/event-log-process.ts";
import { eventually } from "../../support/eventually.ts";
import { NatsProcess } from "../../support/nats-process.ts";
import { stateOf, untilWriter, verify } from "../../support/replica-state.ts";
import { killServices, type ServiceProcess, startService } from "../../support/service-process.ts";

const [r1, n1, s1] = [randomUUID(), randomUUID(), randomUUID()];
const leg = { portId: "rp", networkId: n1, subnetId: s1, ipAddress: "10.0.0.1", cidr: "10.0.0.0/24" };
const router = [
  sample.networkCreated(n1),
  sample.subnetCreated(s1, n1, "10.0.0.0/24", "10.0.0.1"),
  sample.routerCreated(r1),
  sample.interfaceAdded(r1, leg),
];
const floatingIps = Array.from({ length: 60 }, () => randomUUID());
const all = [`network.${n1}`, `router.${r1}`, ...floatingIps.map((id) => `floatingip.${id}`)].sort();
const associated = (ids: string[]): sample.SampleEvent[] =>
  ids.flatMap((id) => [sample.floatingIpCreated(id, "203.0.113.9"), sample.floatingIpAssociated(id, r1, "10.0.0.5")]);

describe("schedulers that are killed or paused", () => {
  let nats: NatsProcess;
  let eventLog: EventLogProcess;
  let store: EventStore;
  let bus: Bus;
  let node: NodeDouble;

  const scheduler = (): Promise<ServiceProcess> =>
    startService("router-scheduler", ["--log", eventLog.connectionString, "--nats", nats.url]);
  const registered = (): Promise<void> =>
    eventually(async () => expect(await node.register()).toMatchObject({ refusal: "" }));
  const expectTruth = async (replica: ServiceProcess): Promise<void> => {
    await eventually(() => expect(node.committed()).toEqual(all));
    expect(await verify(replica)).toMatchObject({ differenceCount: 0 });
  };

  beforeEach(async () => {
    nats = await NatsProcess.start();
    eventLog = await startEventLog();
    store = connectKurrent({ connectionString: eventLog.connectionString });
    bus = connectBus({ servers: [nats.url], name: "test", logger: createLogger("test", "error") });
    node = new NodeDouble(bus);
  });
  afterEach(async () => {
    node.stop();
    await killServices();
    await bus.close();
    await store.close();
    await eventLog.kill();
    await nats.dispose();
  });

  test("when the writer is killed, another replica goes on", async () => {
    const first = await scheduler();
    await untilWriter(first);
    const second = await scheduler();
    await registered();
    await appendSamples(store, ...router);
    const burst = appendSamples(store, ...associated(floatingIps));
    await first.kill();
    await burst;
    await untilWriter(second);
    await expectTruth(second);
    expect(node.manifest?.epoch).toBe(2);
    expect(await node.report()).toEqual({ lastSeq: 1, refusal: "" });
  });

  test("a writer that slept while another took over spoils nothing when it wakes", async () => {
    const first = await scheduler();
    await untilWriter(first);
    const second = await scheduler();
    await registered();
    await appendSamples(store, ...router);
    await eventually(() => expect(node.committed()).toHaveLength(2));
    first.pause();
    await appendSamples(store, ...associated(floatingIps));
    await untilWriter(second);
    await eventually(() => expect(node.committed()).toEqual(all));
    first.resume();
    await eventually(async () => expect(await stateOf(first)).toMatchObject({ epoch: 2, role: "REPLICA_ROLE_READER" }));
    await expectTruth(second);
    await expectTruth(first);
    expect(await node.report()).toEqual({ lastSeq: 1, refusal: "" });
  });

  test("killed over and over in a burst, it publishes in the end what the log says", async () => {
    const first = await scheduler();
    await untilWriter(first);
    await registered();
    await appendSamples(store, ...router);
    await first.kill();
    for (let i = 0; i < 5; i++) {
      const replica = await startService("router-scheduler", ["--log", eventLog.connectionString, "--nats", nats.url], {
        listen: first.address,
      });
      const burst = appendSamples(store, ...associated(floatingIps.slice(i * 12, i * 12 + 12)));
      await untilWriter(replica);
      await replica.kill();
      await burst;
    }
    const last = await startService("router-scheduler", ["--log", eventLog.connectionString, "--nats", nats.url], {
      listen: first.address,
    });
    await expectTruth(last);
    const before = (await desiredBucket(bus).state())?.lastRevision;
    await last.kill();
    const again = await scheduler();
    await untilWriter(again);
    const { position } = await stateOf(again);
    const realisation = again.channel.client(RealisationServiceService);
    const waiting = realisation.awaitRealised({ kind: ResourceKind.ROUTER, id: r1, position }, { timeoutMs: 60_000 });
    await eventually(async () => expect(await node.report()).toMatchObject({ refusal: "" }));
    expect((await waiting).realisation).toMatchObject({ realised: true });
    expect((await desiredBucket(bus).state())?.lastRevision).toBe(before);
  });
});
