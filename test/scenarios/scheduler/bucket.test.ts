import { randomUUID } from "node:crypto";
import { cp, rm } from "node:fs/promises";
import { jetstreamManager } from "@nats-io/jetstream";
import type { EventStore } from "@rhumbline/event-sourcing";
import { createMemoryStore } from "@rhumbline/event-sourcing/memory";
import { type BucketEntry, type Bus, connectBus, desiredBucket, desiredBucketName } from "@rhumbline/messaging";
import { createLogger } from "@rhumbline/telemetry";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { NatsProcess } from "../../support/nats-process.ts";
import { NodeDouble } from "./node-double.ts";
import * as sample from "./sample-events.ts";
import { appendSamples } from "./sample-log.ts";
import { type SchedulerReplica, startSchedulerReplica } from "./scheduler-replica.ts";

const stream = `KV_${desiredBucketName}`;
const [r1, n1, s1] = [randomUUID(), randomUUID(), randomUUID()];
const leg = { portId: "rp", networkId: n1, subnetId: s1, ipAddress: "10.0.0.1", cidr: "10.0.0.0/24" };
const router = [
  sample.networkCreated(n1),
  sample.subnetCreated(s1, n1, "10.0.0.0/24", "10.0.0.1"),
  sample.routerCreated(r1),
  sample.interfaceAdded(r1, leg),
];
const wanted = [`network.${n1}`, `router.${r1}`].sort();
const floatingIps = Array.from({ length: 40 }, () => randomUUID());
const associated = (ids: string[]): sample.SampleEvent[] =>
  ids.flatMap((id, i) => [
    sample.floatingIpCreated(id, `203.0.113.${i + 1}`),
    sample.floatingIpAssociated(id, r1, "10.0.0.5"),
  ]);

describe("bucket DESIRED is kept as the log says", { timeout: 300_000 }, () => {
  let nats: NatsProcess;
  let bus: Bus;
  let store: EventStore;
  let node: NodeDouble;
  const running: SchedulerReplica[] = [];

  const start = async (log = store, options: { writes?: boolean } = {}): Promise<SchedulerReplica> => {
    const scheduler = await startSchedulerReplica(log, nats.url, options);
    running.push(scheduler);
    await eventually(() => expect(scheduler.bus.connected).toBe(true));
    return scheduler;
  };
  const stop = async (scheduler: SchedulerReplica): Promise<void> => {
    running.splice(running.indexOf(scheduler), 1);
    await scheduler.stop();
  };
  const entries = async (): Promise<BucketEntry[]> =>
    (await desiredBucket(bus).readAll()).sort((a, b) => a.revision - b.revision);
  const lastRevision = async (): Promise<number | undefined> => (await desiredBucket(bus).state())?.lastRevision;
  const streams = async () => (await jetstreamManager(bus.nats())).streams;

  beforeEach(async () => {
    nats = await NatsProcess.start();
    bus = connectBus({ servers: [nats.url], name: "test", logger: createLogger("test", "error") });
    store = createMemoryStore();
    node = new NodeDouble(bus);
    await eventually(() => expect(bus.connected).toBe(true));
    await start();
    await eventually(async () => expect(await node.register()).toMatchObject({ refusal: "" }));
    await appendSamples(store, ...router);
    await eventually(() => expect(node.committed()).toEqual(wanted));
  });
  afterEach(async () => {
    node.stop();
    for (const scheduler of [...running]) await stop(scheduler);
    await bus.close();
    await nats.dispose();
  });

  test("it is filled again when it was deleted", async () => {
    await (await streams()).delete(stream);
    await eventually(async () => expect(await entries()).toHaveLength(3));
    await eventually(() => expect(node.committed()).toEqual(wanted));
  });

  test("it is filled again when it was emptied", async () => {
    const before = (await entries()).map(({ value }) => new TextDecoder().decode(value)).sort();
    await (await streams()).purge(stream);
    await eventually(async () => {
      expect((await entries()).map(({ value }) => new TextDecoder().decode(value)).sort()).toEqual(before);
    });
  });

  test("what happened while NATS was away is published when it is back", async () => {
    await nats.kill();
    await appendSamples(store, ...associated(floatingIps));
    await nats.restart();
    const all = [...wanted, ...floatingIps.map((id) => `floatingip.${id}`)].sort();
    await eventually(() => expect(node.committed()).toEqual(all));
  });

  test("it is brought up to date when NATS was restored from an older copy, and what is gone since is gone", async () => {
    const [old = "", ...younger] = floatingIps;
    await appendSamples(store, ...associated([old]));
    await eventually(() => expect(node.committed()).toContain(`floatingip.${old}`));
    await nats.stop();
    await cp(nats.storeDir, `${nats.storeDir}-copy`, { recursive: true });
    await nats.restart();
    await appendSamples(store, ...associated(younger), sample.floatingIpDeleted(old));
    await eventually(() => expect(node.committed()).toContain(`floatingip.${old} gone`));
    await node.report();
    await nats.stop();
    await nats.wipe();
    await cp(`${nats.storeDir}-copy`, nats.storeDir, { recursive: true });
    await rm(`${nats.storeDir}-copy`, { recursive: true });
    await nats.restart();
    const live = [...wanted, ...younger.map((id) => `floatingip.${id}`)].sort();
    await eventually(() => {
      expect(node.committed()?.filter((line) => !line.endsWith(" gone"))).toEqual(live);
    });
  });

  test("a start against an unchanged bucket writes nothing, under a new epoch too", async () => {
    const before = await entries();
    for (const scheduler of [...running]) await stop(scheduler);
    const next = await start();
    expect(next.replica.epoch()).toBe(2);
    await appendSamples(store, sample.networkCreated(randomUUID()));
    await nextCheckPassed();
    expect(await entries()).toEqual(before);
  });

  test("of two replicas only the writer publishes, and the next one goes on where it ended", async () => {
    const [first] = running;
    const second = await start(store, { writes: false });
    const burst = appendSamples(store, ...associated(floatingIps.slice(0, 20)));
    expect(await second.replica.takeOver()).toBe(true);
    await burst;
    await eventually(() => expect(first?.replica.epoch()).toBeUndefined());
    await appendSamples(store, ...associated(floatingIps.slice(20)));
    const all = [...wanted, ...floatingIps.map((id) => `floatingip.${id}`)].sort();
    await eventually(() => expect(node.committed()).toEqual(all));
    const revision = await lastRevision();
    await nextCheckPassed();
    expect(await lastRevision()).toBe(revision);
    expect(node.manifest?.epoch).toBe(2);
  });

  test("a scheduler on an empty log writes nothing and takes nothing away", async () => {
    const before = await entries();
    for (const scheduler of [...running]) await stop(scheduler);
    const empty = createMemoryStore();
    const astray = await start(empty);
    expect(astray.replica.epoch()).toBe(1);
    await nextCheckPassed();
    expect(await entries()).toEqual(before);
  });

  test("a node that registers with a scheduler on another log is offered that log's desired state, and told so", async () => {
    for (const scheduler of [...running]) await stop(scheduler);
    const astray = await start(createMemoryStore());
    await eventually(async () => expect(await node.register()).toMatchObject({ refusal: "" }));
    await eventually(() => expect(node.committed()).toEqual(wanted.map((key) => `${key} gone`)));
    expect(node.manifest?.logId).toBe(astray.logId);
  });

  /** That nothing is written can't be waited for: by then the publisher has looked at the bucket twice, if not more often. */
  async function nextCheckPassed(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 7_000));
  }
});
