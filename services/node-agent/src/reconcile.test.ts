import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { NodeReport } from "@rhumbline/proto/rhumbline/agent/v1/report";
import { Trigger } from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";
import { afterEach, beforeEach, expect, test } from "vitest";
import { externalNetwork, instancePort, router, sampleId, tenantNetwork } from "./kernel/contract/sample-state.ts";
import type { FakeKernel } from "./kernel/fake/fake-kernel.ts";
import { objectsOf } from "./observed/kernel-objects.ts";
import type { ObservedKernel } from "./observed/observed-kernel.ts";
import {
  type AgentInMemory,
  changesIn,
  committed,
  foldOf,
  hostKernel,
  linesOf,
  refusing,
  startAgent,
} from "./status/agent-in-memory.ts";

const routerKey = `router.${sampleId("a", 1)}`;
const routerNamespace = `qrouter-${sampleId("a", 1)}`;
const portKey = `port.${sampleId("c", 7)}`;
const tap = `tap${sampleId("c", 7).slice(0, 11)}`;
const routed = [externalNetwork(), tenantNetwork(1), router(1, [1])] as const;

let folder: string;
let kernel: FakeKernel;
let agent: AgentInMemory;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rhumbline-reconcile-"));
  kernel = hostKernel();
  agent = startAgent(folder, kernel);
});
afterEach(() => rmSync(folder, { recursive: true }));

test("a new desired state is realised, and one report says what was done and which resources stand", async () => {
  await agent.apply(committed(10, ...routed), Trigger.DESIRED);
  const report = changesIn(lastReport());
  expect(report).toMatchObject({ logId: "log-a", epoch: 1, position: 10, trigger: Trigger.DESIRED });
  expect(report.operations.length).toBe(kernel.done.length);
  expect(report.resources).toContainEqual({ key: routerKey, position: 10, error: "", waiting: false });
  expect(agent.reporter.reported.applied).toEqual({ logId: "log-a", epoch: 1, position: 10 });
});

test("folding the reports alone gives exactly what stands in the kernel", async () => {
  await agent.apply(committed(10, ...routed), Trigger.DESIRED);
  await agent.apply(committed(20, externalNetwork(), tenantNetwork(1)), Trigger.DESIRED);
  await agent.apply(committed(30, ...routed), Trigger.DESIRED);
  expect(foldOf(agent.spool.pending)).toEqual(linesOf(objectsOf(await kernel.observe())));
});

test("what a pass did and what it applied are kept in one record", async () => {
  await agent.apply(committed(10, ...routed), Trigger.DESIRED);
  const before = recordsIn("reported");
  await agent.apply(committed(20, externalNetwork(), tenantNetwork(1)), Trigger.DESIRED);
  expect(recordsIn("reported")).toBe(before + 1);
  agent = startAgent(folder, kernel);
  expect(agent.reporter.reported.applied?.position).toBe(20);
});

test("only a pass that is not for news looks at what was done, though another has done already what it was woken for", async () => {
  await agent.apply(committed(10, ...routed), Trigger.DESIRED);
  await agent.apply(committed(10, ...routed), Trigger.DESIRED);
  await agent.apply(committed(10, ...routed), Trigger.DRIFT);
  await agent.apply(committed(20, ...routed), Trigger.DRIFT);
  expect(agent.looks).toEqual(["as done", "as done", "looked at", "as done"]);
});

test("what was planned ahead counts only for the kernel that it was planned on", async () => {
  const next = committed(20, externalNetwork(), tenantNetwork(1), tenantNetwork(2), router(1, [1, 2]));
  agent = startAgent(folder, refusing("add-bridge", "Operation not permitted", kernel));
  await agent.apply(committed(10, ...routed), Trigger.DESIRED, next);
  agent = startAgent(folder, kernel);
  await agent.apply(next, Trigger.DESIRED);
  const untroubled = hostKernel();
  mkdirSync(join(folder, "other"));
  await startAgent(join(folder, "other"), untroubled).apply(next, Trigger.DESIRED);
  expect(linesOf(objectsOf(await kernel.observe()))).toEqual(linesOf(objectsOf(await untroubled.observe())));
});

test("a pass over an unchanged world writes nothing and reports nothing", async () => {
  await agent.apply(committed(10, ...routed), Trigger.DESIRED);
  const before = [kernel.done.length, agent.spool.pending.length];
  for (const trigger of [Trigger.DRIFT, Trigger.RETRY, Trigger.DESIRED, Trigger.START])
    await agent.apply(committed(10, ...routed), trigger);
  expect([kernel.done.length, agent.spool.pending.length]).toEqual(before);
});

test("a restart against an unchanged world writes nothing and reports its start alone", async () => {
  await agent.apply(committed(10, ...routed), Trigger.DESIRED);
  const written = kernel.done.length;
  const reported = agent.spool.pending.length;
  agent = startAgent(folder, kernel);
  await agent.apply(committed(10, ...routed), Trigger.START);
  expect(kernel.done.length).toBe(written);
  expect(agent.spool.pending.slice(reported).map(({ report }) => report?.$case)).toEqual(["started"]);
});

test("a restart under another boot id reports every resource again: the log has forgotten them", async () => {
  await agent.apply(committed(10, ...routed), Trigger.DESIRED);
  kernel = hostKernel();
  agent = startAgent(folder, kernel, { bootId: "boot-2" });
  await agent.apply(committed(10, ...routed), Trigger.START);
  expect(changesIn(lastReport()).resources).toContainEqual({ key: routerKey, position: 10, error: "", waiting: false });
});

test("a value that changed without need of an operation is reported as standing at its new position", async () => {
  await agent.apply(committed(10, ...routed), Trigger.DESIRED);
  const written = kernel.done.length;
  await agent.apply(committed(25, ...routed), Trigger.DESIRED);
  expect(kernel.done.length).toBe(written);
  expect(changesIn(lastReport()).operations).toEqual([]);
  expect(changesIn(lastReport()).resources).toContainEqual({ key: routerKey, position: 25, error: "", waiting: false });
});

test("drift is repaired and its report names what somebody else changed", async () => {
  await agent.apply(committed(10, ...routed), Trigger.DESIRED);
  kernel.change(withoutNamespaces);
  await agent.apply(committed(10, ...routed), Trigger.DRIFT);
  const report = changesIn(lastReport());
  expect(report.trigger).toBe(Trigger.DRIFT);
  expect(report.count).toBe(1);
  expect(report.operations[0]?.text).toBe("changed by somebody else");
  expect(report.operations[0]?.changes).toContainEqual({
    netns: routerNamespace,
    kind: "KERNEL_OBJECT_KIND_NAMESPACE",
    key: routerNamespace,
    value: "",
  });
  expect(foldOf(agent.spool.pending)).toEqual(linesOf(objectsOf(await kernel.observe())));
});

test("the same drift again and again is one report with a count", async () => {
  await agent.apply(committed(10, ...routed), Trigger.DESIRED);
  const before = agent.spool.pending.length;
  for (let times = 0; times < 5; times += 1) {
    kernel.change(withoutNamespaces);
    await agent.apply(committed(10, ...routed), Trigger.DRIFT);
    agent.elapse(1000);
  }
  expect(agent.spool.pending.length).toBe(before + 1);
  agent.elapse(60_000);
  kernel.change(withoutNamespaces);
  await agent.apply(committed(10, ...routed), Trigger.DRIFT);
  expect(changesIn(lastReport()).count).toBe(5);
});

test("what the kernel refuses is reported in its words, and failing again the same way is no news", async () => {
  agent = startAgent(folder, refusing("add-bridge", "Operation not permitted", kernel));
  await agent.apply(committed(10, ...routed), Trigger.DESIRED);
  const report = changesIn(lastReport());
  const refused = report.resources.find(({ key }) => key === `network.${sampleId("b", 1)}`);
  expect(refused).toMatchObject({ position: 10, error: expect.stringContaining("Operation not permitted") });
  const before = agent.spool.pending.length;
  await agent.apply(committed(10, ...routed), Trigger.RETRY);
  expect(agent.spool.pending.length).toBe(before);
  agent = startAgent(folder, kernel);
  await agent.apply(committed(10, ...routed), Trigger.RETRY);
  expect(changesIn(lastReport()).resources).toContainEqual({
    key: refused?.key,
    position: 10,
    error: "",
    waiting: false,
  });
});

test("an instance's port is reported as waiting for its device, as standing, and as waiting again", async () => {
  const state = committed(10, tenantNetwork(1), instancePort(7, 1));
  await agent.apply(state, Trigger.DESIRED);
  const waits = { key: portKey, position: 10, error: `waiting for device ${tap}`, waiting: true };
  expect(changesIn(lastReport()).resources).toContainEqual(waits);
  kernel.addLink({ name: tap });
  await agent.apply(state, Trigger.RETRY);
  expect(changesIn(lastReport()).resources).toEqual([{ key: portKey, position: 10, error: "", waiting: false }]);
  kernel.change((host) => ({ ...host, links: new Map([...host.links].filter(([name]) => name !== tap)) }));
  await agent.apply(state, Trigger.DRIFT);
  expect(changesIn(lastReport()).resources).toEqual([waits]);
});

function lastReport(): NodeReport | undefined {
  return agent.spool.pending.at(-1);
}

function withoutNamespaces(host: ObservedKernel): ObservedKernel {
  return { ...host, namespaces: new Map() };
}

const recordsIn = (file: string): number => readFileSync(join(folder, file), "utf8").trimEnd().split("\n").length;
