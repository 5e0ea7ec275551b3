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
import type { ObservedLink } from "../observed/observed-kernel.ts";
import { type AgentInMemory, committed, hostKernel, startAgent } from "../status/agent-in-memory.ts";
import { RetrySchedule } from "../status/retry-schedule.ts";
import { mountAgentService } from "./agent-service.ts";
import { createDiagnosis } from "./diagnosis.ts";

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
let held: boolean;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "rhumbline-agent-api-"));
  bus = connectBus({ servers: ["nats://127.0.0.1:1"], name: "nowhere", logger });
  kernel = hostKernel();
  agent = startAgent(folder, kernel);
  feed = new DesiredFeed(folder, () => undefined, { defer: (work) => work() });
  schedule = new RetrySchedule(() => 0);
  const { reporter, spool } = agent;
  held = false;
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
  const diagnosis = createDiagnosis({
    nodeName: "node1",
    incarnation: "i1",
    ...parts,
    heldByOperator: () => held,
    holdForOperator: async (hold) => {
      held = hold;
    },
    undisturbed: (work) => work(),
    readLeases: async () => "",
  });
  const services = [mountAgentService(diagnosis, parts)];
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

test("an inspection tells of one moment what is desired, what would be done, and what stands", async () => {
  offer(routed);
  const before = await client().inspectKernel({ pageToken: "" });
  expect(before).toMatchObject({ logId: "log-a", desiredPosition: 10, appliedPosition: 0, lastSeq: 1, objects: [] });
  expect(before.operations).toContain(`add namespace qrouter-${sampleId("a", 1)}`);
  await agent.apply(routed, Trigger.DESIRED);
  const after = await client().inspectKernel({ pageToken: "" });
  expect(after).toMatchObject({ appliedPosition: 10, lastSeq: 2, operations: [], errors: [], nextPageToken: "" });
  expect(after.objects).toEqual((await client().getObservedState({})).objects);
});

test("what is too much for one answer comes in parts of the same moment, and another moment's token is refused", async () => {
  kernel.addLink({ name: "brq1", kind: "bridge" });
  kernel.change((host) => {
    const [bridge] = [...host.links.values()];
    const plugged = Array.from({ length: 3_000 }, (_, i) => `tap${String(i).padStart(8, "0")}-00`);
    const links = plugged.map(
      (name, i) => [name, { ...bridge, name, ours: false, boundTo: `port.${i}`, master: "brq1" }] as const,
    );
    return { ...host, links: new Map(links as [string, ObservedLink][]) };
  });
  const first = await client().inspectKernel({ pageToken: "" });
  expect(first.nextPageToken).not.toBe("");
  const objects = [...first.objects];
  for (let pageToken = first.nextPageToken; pageToken !== ""; ) {
    const part = await client().inspectKernel({ pageToken });
    objects.push(...part.objects);
    pageToken = part.nextPageToken;
  }
  expect(objects).toEqual((await client().getObservedState({})).objects);
  await client().inspectKernel({ pageToken: "" });
  const refused = await client()
    .inspectKernel({ pageToken: first.nextPageToken })
    .catch((error: unknown) => failureOf(error));
  expect(refused).toMatchObject({ reason: "INVALID_PAGE_TOKEN" });
});

test("an operator holds the node, and its status says so", async () => {
  expect((await client().getAgentStatus({})).held).toBe(false);
  expect(await client().setHold({ hold: true })).toEqual({ held: true });
  expect((await client().getAgentStatus({})).held).toBe(true);
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
