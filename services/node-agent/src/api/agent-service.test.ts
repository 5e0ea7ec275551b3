import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Channel, failureOf, type GrpcServer, nobodyIsAsked, openChannel, startGrpcServer } from "@rhumbline/grpc";
import { type Bus, connectBus, manifestDigest, type ResourceKey } from "@rhumbline/messaging";
import { AgentServiceService } from "@rhumbline/proto/rhumbline/agent/v1/agent_service";
import { NodeManifest } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import { Trigger } from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";
import { createLogger } from "@rhumbline/telemetry";
import { afterEach, beforeEach, expect, test } from "vitest";
import { DesiredFeed } from "../feed/desired-feed.ts";
import type { DesiredState } from "../feed/desired-state.ts";
import { externalNetwork, router, sampleHost, sampleId, tenantNetwork } from "../kernel/contract/sample-state.ts";
import type { FakeKernel } from "../kernel/fake/fake-kernel.ts";
import { type AgentInMemory, committed, hostKernel, startAgent } from "../status/agent-in-memory.ts";
import { RetrySchedule } from "../status/retry-schedule.ts";
import { mountAgentService } from "./agent-service.ts";

const logger = createLogger("test", "error");
const routed = committed(10, externalNetwork(), tenantNetwork(1), router(1, [1]));

let folder: string;
let bus: Bus;
let kernel: FakeKernel;
let agent: AgentInMemory;
let feed: DesiredFeed;
let schedule: RetrySchedule;
let server: GrpcServer;
let channel: Channel;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "rhumbline-agent-api-"));
  bus = connectBus({ servers: ["nats://127.0.0.1:1"], name: "nowhere", logger });
  kernel = hostKernel();
  agent = startAgent(folder, kernel);
  feed = new DesiredFeed(folder, () => undefined);
  schedule = new RetrySchedule(() => 0);
  const { reporter, spool } = agent;
  const doors = () => "as desired" as const;
  const parts = {
    host: sampleHost,
    doors,
    kernel,
    feed,
    reporter,
    spool,
    schedule,
    bus,
    registrationRefusal: () => "",
  };
  const services = [mountAgentService({ nodeName: "node1", incarnation: "i1", ...parts })];
  server = await startGrpcServer({ listen: "127.0.0.1:0", services, authenticate: nobodyIsAsked, log: logger });
  channel = openChannel(server.address);
});
afterEach(async () => {
  channel.close();
  await server.stop();
  await bus.close();
  rmSync(folder, { recursive: true });
});

test("the status tells what is applied, what failed in the kernel's words, and what waits to be reported", async () => {
  offer(routed);
  await agent.apply(routed, Trigger.DESIRED);
  schedule.update(new Map([["router.r1", "Device or resource busy"]]), 500);
  expect(await client().getAgentStatus({})).toMatchObject({
    nodeId: sampleHost.nodeId,
    nodeName: "node1",
    logId: "log-a",
    epoch: 1,
    appliedPosition: 10,
    desiredPosition: 10,
    refusal: "",
    errors: [{ resource: "router.r1", error: "Device or resource busy", nextRetryMs: 1500 }],
    spooledReports: 2,
    busConnected: false,
  });
});

test("a dry run prints what would be done and does none of it", async () => {
  expect((await client().planDryRun({})).operations).toEqual([]);
  offer(routed);
  const { operations } = await client().planDryRun({});
  expect(operations).toContain(`add namespace qrouter-${sampleId("a", 1)}`);
  expect(kernel.done).toEqual([]);
  await agent.apply(routed, Trigger.DESIRED);
  expect((await client().planDryRun({})).operations).toEqual([]);
});

test("the observed state is every kernel object of ours", async () => {
  expect((await client().getObservedState({})).objects).toEqual([]);
  await agent.apply(routed, Trigger.DESIRED);
  const { objects } = await client().getObservedState({});
  expect(objects.map(({ key }) => key)).toContain(`qrouter-${sampleId("a", 1)}`);
});

test("what was refused can be adopted; where nothing is offered, that is what the caller is told", async () => {
  const refused = await client()
    .adoptDesiredState({})
    .catch((error: unknown) => failureOf(error));
  expect(refused).toMatchObject({ reason: "NOTHING_TO_ADOPT" });
  offer(routed);
  feed.reset();
  offer({ ...routed, version: { logId: "log-b", epoch: 1, position: 5 } });
  expect((await client().getAgentStatus({})).refusal).toMatch(/of log log-b/);
  expect(await client().adoptDesiredState({})).toEqual({ logId: "log-b", epoch: 1, position: 5 });
  expect((await client().getAgentStatus({})).refusal).toBe("");
});

function client() {
  return channel.client(AgentServiceService);
}

function offer({ version, resources }: DesiredState): void {
  for (const [key, value] of resources) feed.resource(key, { ...value, logId: version.logId });
  const entries = [...resources].map(([key, { position }]) => ({ key: key as ResourceKey, position }));
  feed.manifest(NodeManifest.fromPartial({ ...version, digest: manifestDigest(entries), keyCount: entries.length }));
}
