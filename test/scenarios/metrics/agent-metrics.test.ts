import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Trigger } from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";
import { createLogger, startMetrics } from "@rhumbline/telemetry";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  externalNetwork,
  router,
  tenantNetwork,
} from "../../../services/node-agent/src/kernel/contract/sample-state.ts";
import { exposeAgentGauges } from "../../../services/node-agent/src/status/agent-gauges.ts";
import {
  type AgentInMemory,
  committed,
  hostKernel,
  refusing,
  startAgent,
} from "../../../services/node-agent/src/status/agent-in-memory.ts";
import { RetrySchedule } from "../../../services/node-agent/src/status/retry-schedule.ts";
import { freePort } from "../../support/free-port.ts";
import { scrape } from "../../support/scrape.ts";

const routed = [externalNetwork(), tenantNetwork(1), router(1, [1])] as const;
const schedule = new RetrySchedule(Math.random);
const kernel = hostKernel();
const feed = { refusal: "" };
const doors = () => "as desired" as const;
let folder: string;
let address: string;
let stop: () => Promise<void>;
let agent: AgentInMemory;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "rhumbline-metrics-"));
  address = `127.0.0.1:${await freePort()}`;
  stop = await startMetrics("node-agent", address, createLogger("test", "error"));
  agent = startAgent(mkdtempSync(join(folder, "agent-")), kernel);
  const { spool } = agent;
  exposeAgentGauges({ bus: { connected: false }, spool, schedule, feed, doors, registrationRefusal: () => "" });
});
afterAll(async () => {
  await stop();
  rmSync(folder, { recursive: true });
});

const counted = async (): Promise<(number | undefined)[]> => {
  const samples = await scrape(address);
  return [
    samples.get('rhumbline_agent_operations_total{outcome="done"}'),
    samples.get("rhumbline_agent_drift_repairs_total"),
    samples.get("rhumbline_agent_apply_duration_seconds_count"),
  ];
};

test("operations are counted by outcome; those that repair drift once more as such; idle passes not at all", async () => {
  await agent.apply(committed(10, ...routed), Trigger.DESIRED);
  const [done = 0, repairs, passes] = await counted();
  expect([done > 0, repairs, passes]).toEqual([true, 0, 1]);
  await agent.apply(committed(10, ...routed), Trigger.DRIFT);
  expect(await counted()).toEqual([done, 0, 1]);
  kernel.change((host) => ({ ...host, namespaces: new Map() }));
  await agent.apply(committed(10, ...routed), Trigger.DRIFT);
  const [more = 0, repaired = 0] = await counted();
  expect(repaired).toBeGreaterThan(0);
  expect(more - done).toBe(repaired);
});

test("what the kernel refuses is counted as failed, and what depended on it as skipped", async () => {
  const stubborn = startAgent(
    mkdtempSync(join(folder, "stubborn-")),
    refusing("add-namespace", "no room", hostKernel()),
  );
  await stubborn.apply(committed(10, ...routed), Trigger.DESIRED);
  const samples = await scrape(address);
  expect(samples.get('rhumbline_agent_operations_total{outcome="failed"}')).toBeGreaterThan(0);
  expect(samples.get('rhumbline_agent_operations_total{outcome="skipped"}')).toBeGreaterThan(0);
});

test("what fails, waits or is refused shows as it is now", async () => {
  schedule.update(new Map([["router.r1", "no room"]]), Date.now());
  feed.refusal = "older than what stands here";
  const samples = await scrape(address);
  expect(samples.get("rhumbline_agent_resources_failed")).toBe(1);
  expect(samples.get("rhumbline_agent_refusing")).toBe(1);
  expect(samples.get("rhumbline_agent_bus_connected")).toBe(0);
  expect(samples.get("rhumbline_agent_spooled_reports")).toBe(agent.spool.pending.length);
});
