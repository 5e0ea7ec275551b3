import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  askAgent,
  type Bus,
  connectBus,
  desiredBucket,
  encodeDesiredResource,
  eventStream,
  sendNodeHeartbeat,
  serveAgentQuestions,
  watchDesired,
  watchHeartbeats,
} from "@rhumbline/messaging";
import { DesiredResource } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import type { AgentAnswer, AgentQuestion } from "@rhumbline/proto/rhumbline/agent/v1/question";
import { NodeHeartbeat } from "@rhumbline/proto/rhumbline/agent/v1/report";
import { createLogger } from "@rhumbline/telemetry";
import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { freePort } from "../../support/free-port.ts";

const node = "1a5bb52c-93e5-4a0a-b03d-5b4c5b0a3d6f";
const nats = join(import.meta.dirname, "../../../infra/nats");
const otherNode = "2a5bb52c-93e5-4a0a-b03d-5b4c5b0a3d6f";
const routerId = "33333333-93e5-4a0a-b03d-5b4c5b0a3d6f";
const log = createLogger("test", "error");
const passwords = {
  NATS_SCHEDULER_PASSWORD: "s1",
  NATS_AUDIT_PASSWORD: "a2",
  NATS_SUBSCRIBER_PASSWORD: "u3",
};

let folder: string;
let server: ChildProcess;
let scheduler: Bus;
let audit: Bus;
let agent: Bus;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rhumbline-nats-"));
  const port = await freePort();
  const production = readFileSync(join(nats, "nats-server.conf"), "utf8");
  const conf = production
    .replace("0.0.0.0:4222", `127.0.0.1:${port}`)
    .replace("127.0.0.1:8222", `127.0.0.1:${await freePort()}`)
    .replace("/var/lib/nats", folder);
  const installed = join(folder, "nats-server.conf");
  await writeFile(installed, conf);
  const admitted = execFileSync(join(nats, "admit-node.sh"), [node, "127.0.0.1", installed], { encoding: "utf8" });
  server = spawn("nats-server", ["-c", installed], {
    stdio: "ignore",
    env: { ...process.env, ...passwords },
  });
  const as = (user: string, password: string): Bus =>
    connectBus({ servers: [`nats://${user}:${password}@127.0.0.1:${port}`], name: user, logger: log });
  scheduler = as("router-scheduler", passwords.NATS_SCHEDULER_PASSWORD);
  audit = as("audit", passwords.NATS_AUDIT_PASSWORD);
  agent = as(node, new URL(admitted.replace("RHUMBLINE_NATS=nats:", "http:")).password);
  await eventually(() => expect([scheduler.connected, audit.connected, agent.connected]).toEqual([true, true, true]));
});
afterAll(async () => {
  await Promise.all([scheduler, audit, agent].map((bus) => bus.close()));
  server.kill("SIGKILL");
  await rm(folder, { recursive: true, force: true });
});

test("an agent follows its own desired state, which the scheduler wrote", async () => {
  const bucket = desiredBucket(scheduler);
  await bucket.ensure();
  const value = DesiredResource.fromPartial({ logId: "log-a", position: 1, resource: { $case: "gone", value: {} } });
  await bucket.put(`${node}.router.${routerId}`, encodeDesiredResource(value), 0);
  await bucket.put(`${otherNode}.router.${routerId}`, encodeDesiredResource(value), 0);
  const seen: string[] = [];
  const watcher = { reset() {}, manifest() {}, resource: (key: string) => void seen.push(key) };
  const stop = watchDesired(agent, node, watcher, log);
  await eventually(() => expect(seen).toEqual([`router.${routerId}`]));
  stop();
});

test("an agent can't follow another node's desired state, nor write any", async () => {
  const seen: string[] = [];
  const watcher = {
    reset: () => void seen.push("reset"),
    manifest() {},
    resource: (key: string) => void seen.push(key),
  };
  const stop = watchDesired(agent, otherNode, watcher, log);
  await expect(desiredBucket(agent).put(`${node}.router.${routerId}`, new Uint8Array(), 1)).rejects.toThrow();
  stop();
  expect(seen).toEqual([]);
});

test("an agent speaks for its own node only", async () => {
  const heard: string[] = [];
  const stop = watchHeartbeats(scheduler, (nodeId) => void heard.push(nodeId), log);
  const heartbeat = NodeHeartbeat.fromPartial({ incarnation: "i" });
  await eventually(() => {
    sendNodeHeartbeat(agent, otherNode, heartbeat);
    sendNodeHeartbeat(agent, node, heartbeat);
    expect(heard).not.toEqual([]);
  });
  stop();
  expect(new Set(heard)).toEqual(new Set([node]));
});

test("the scheduler asks an agent, which answers for its own node only", async () => {
  const question: AgentQuestion = { question: { $case: "getAgentStatus", value: {} } };
  const answer: AgentAnswer = { answer: { $case: "refusal", value: { reason: "", message: "asked and answered" } } };
  const stops = [node, otherNode].map((nodeId) => serveAgentQuestions(agent, nodeId, async () => answer));
  await eventually(async () => expect(await askAgent(scheduler, node, question)).toEqual(answer));
  await expect(askAgent(scheduler, otherNode, question)).rejects.toThrow();
  await expect(askAgent(audit, node, question)).rejects.toThrow();
  for (const stop of stops) stop();
});

test("audit makes stream EVENTS, and an agent can't", async () => {
  const bounds = { maxAgeMs: 60_000, maxBytes: 1_000_000 };
  await expect(eventStream(agent, bounds).ensure()).rejects.toThrow();
  await eventStream(audit, bounds).ensure();
  expect((await eventStream(audit, bounds).end())?.lastSequence).toBe(0);
});

test("a node is admitted by its id alone, to a configuration that is Rhumbline's", () => {
  const admit = (...args: string[]): string =>
    spawnSync(join(nats, "admit-node.sh"), args, { encoding: "utf8" }).stderr;
  expect(admit("node1", "127.0.0.1", join(folder, "nats-server.conf"))).toMatch(/node1 is no node id: expected a UUID/);
  expect(admit(node, "127.0.0.1", "/dev/null")).toMatch(/expected a copy of infra\/nats\/nats-server.conf/);
});
