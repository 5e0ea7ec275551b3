import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { jetstreamManager } from "@nats-io/jetstream";
import { type MountedService, nobodyIsAsked, startGrpcServer } from "@rhumbline/grpc";
import { type Bus, connectBus, type ResourceKey, type Stop, watchDesired } from "@rhumbline/messaging";
import { DesiredResource } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import { Trigger } from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";
import { createLogger } from "@rhumbline/telemetry";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { mountAgentService } from "../../../services/node-agent/src/api/agent-service.ts";
import { createDiagnosis } from "../../../services/node-agent/src/api/diagnosis.ts";
import { DesiredFeed } from "../../../services/node-agent/src/feed/desired-feed.ts";
import {
  desiredState,
  externalNetwork,
  router,
  sampleHost,
  tenantNetwork,
} from "../../../services/node-agent/src/kernel/contract/sample-state.ts";
import type { FakeKernel } from "../../../services/node-agent/src/kernel/fake/fake-kernel.ts";
import { type AgentInMemory, hostKernel, startAgent } from "../../../services/node-agent/src/status/agent-in-memory.ts";
import { RetrySchedule } from "../../../services/node-agent/src/status/retry-schedule.ts";
import { askAgent } from "../../support/agent-client.ts";
import { eventually } from "../../support/eventually.ts";
import { NatsProcess } from "../../support/nats-process.ts";
import { publishState } from "../../support/scheduler-stand-in.ts";

const nodeId = "4d2f7c10-0000-4000-8000-000000000001";
const logger = createLogger("test", "error");
const unasked = { authenticate: nobodyIsAsked, log: logger };
const oneRouter = desiredState(externalNetwork(), tenantNetwork(1), router(1, [1]));
const twoRouters = desiredState(...oneRouter, router(2, [1]));

describe("an agent whose bus is lost, wiped or restored", () => {
  let folder: string;
  let nats: NatsProcess;
  let bus: Bus;
  let kernel: FakeKernel;
  let agent: AgentInMemory;
  let feed: DesiredFeed;
  let stop: Stop;
  let running: Promise<unknown> = Promise.resolve();

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "rhumbline-lost-bus-"));
    nats = await NatsProcess.start();
    bus = connectBus({ servers: [nats.url], name: "agent", logger });
    kernel = hostKernel();
    start();
  });
  afterEach(async () => {
    stop();
    await running;
    await bus.close();
    await nats.dispose();
    rmSync(folder, { recursive: true });
  });

  test("wiped: it writes nothing, keeps its routers, and goes on when the bucket is filled again", async () => {
    await publish(10, oneRouter);
    await eventually(() => expect(routers()).toBe(1));
    const written = kernel.done.length;
    await nats.kill();
    await nats.wipe();
    await nats.restart();
    await publish(10, oneRouter);
    await publish(11, oneRouter);
    await eventually(() => expect(feed.current?.version.position).toBe(11));
    expect(kernel.done.length).toBe(written);
    await publish(20, twoRouters);
    await eventually(() => expect(routers()).toBe(2));
  });

  test("its bucket deleted under it: the same", async () => {
    await publish(10, oneRouter);
    await eventually(() => expect(routers()).toBe(1));
    const written = kernel.done.length;
    await (await jetstreamManager(bus.nats())).streams.delete("KV_DESIRED");
    await publish(30, oneRouter);
    await eventually(() => expect(feed.current?.version.position).toBe(30));
    expect(kernel.done.length).toBe(written);
  });

  test("restored from an older copy: it acts on none of it and says so, until the publisher has caught up", async () => {
    await publish(10, oneRouter);
    await eventually(() => expect(routers()).toBe(1));
    await nats.stop();
    cpSync(nats.storeDir, join(folder, "copy"), { recursive: true });
    await nats.restart();
    await publish(20, twoRouters);
    await eventually(() => expect(routers()).toBe(2));
    const written = kernel.done.length;
    await nats.stop();
    await nats.wipe();
    cpSync(join(folder, "copy"), nats.storeDir, { recursive: true });
    await nats.restart();
    await eventually(() =>
      expect(feed.refusal).toMatch(/position 10\) is older than what stands here \(epoch 1, position 20/),
    );
    expect(kernel.done.length).toBe(written);
    await publish(21, twoRouters);
    await eventually(() => expect(feed.refusal).toBe(""));
    expect(kernel.done.length).toBe(written);
  });

  test("restored from an older copy: an operator may adopt that over gRPC, and the node becomes what it says", async () => {
    await publish(10, oneRouter);
    await eventually(() => expect(routers()).toBe(1));
    await nats.stop();
    cpSync(nats.storeDir, join(folder, "copy"), { recursive: true });
    await nats.restart();
    await publish(20, twoRouters);
    await eventually(() => expect(routers()).toBe(2));
    await nats.stop();
    await nats.wipe();
    cpSync(join(folder, "copy"), nats.storeDir, { recursive: true });
    await nats.restart();
    const server = await startGrpcServer({ listen: "127.0.0.1:0", services: [diagnosis()], ...unasked });
    try {
      await eventually(async () =>
        expect(await askAgent(server.address, "status")).toMatchObject({
          appliedPosition: 20,
          refusal: expect.stringMatching(/position 10\) is older than what stands here/),
        }),
      );
      expect(await askAgent(server.address, "adopt")).toEqual({ logId: "log-a", epoch: 1, position: 10 });
      await eventually(() => expect(routers()).toBe(1));
      expect(await askAgent(server.address, "status")).toMatchObject({ appliedPosition: 10, refusal: "" });
    } finally {
      await server.stop();
    }
  });

  test("filled by the services of another log: it touches nothing until an operator adopts it", async () => {
    await publish(10, twoRouters);
    await eventually(() => expect(routers()).toBe(2));
    const written = kernel.done.length;
    await publish(99, oneRouter, "log-b");
    await (await jetstreamManager(bus.nats())).streams.purge("KV_DESIRED");
    await eventually(() => publish(99, oneRouter, "log-b"));
    restart();
    await eventually(() => expect(feed.refusal).toMatch(/of log log-b/));
    expect(kernel.done.length).toBe(written);
    await feed.adopt();
    await eventually(() => expect(routers()).toBe(1));
  });

  test("away when the agent starts: it repairs what is gone from what was desired last", async () => {
    await publish(10, twoRouters);
    await eventually(() => expect(routers()).toBe(2));
    await nats.kill();
    kernel.change((host) => ({ ...host, namespaces: new Map() }));
    restart();
    apply(Trigger.START);
    await eventually(() => expect(routers()).toBe(2));
  });

  function diagnosis(): MountedService {
    const { reporter, spool } = agent;
    const doors = () => "as desired" as const;
    const schedule = new RetrySchedule(() => 0);
    const parts = { host: sampleHost, doors, kernel, feed, reporter, spool, schedule, bus };
    const diagnosis = createDiagnosis({
      nodeName: "node1",
      incarnation: "i1",
      registrationRefusal: () => "",
      heldByOperator: () => false,
      holdForOperator: async () => undefined,
      undisturbed: (work) => work(),
      readLeases: async () => "",
      ...parts,
    });
    return mountAgentService(diagnosis, parts);
  }

  function start(): void {
    agent = startAgent(folder, kernel);
    feed = new DesiredFeed(folder, () => apply(Trigger.DESIRED));
    stop = watchDesired(bus, nodeId, feed, logger);
  }

  function restart(): void {
    stop();
    start();
  }

  function apply(trigger: Trigger): void {
    const before = running;
    running = before.then(() => feed.current && agent.apply(feed.current, trigger));
  }

  function publish(position: number, state: typeof oneRouter, logId = "log-a"): Promise<void> {
    const resources = [...state].map(([key, value]) => [key as ResourceKey, DesiredResource.toJSON(value)] as const);
    return eventually(() => publishState(bus, nodeId, { logId, position, resources }));
  }

  function routers(): number {
    let count = 0;
    kernel.change((host) => {
      count = host.namespaces.size;
      return host;
    });
    return count;
  }
});
