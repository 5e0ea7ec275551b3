import { randomUUID } from "node:crypto";
import { createMemoryStore } from "@rhumbline/event-sourcing/memory";
import { NodeChangesApplied } from "@rhumbline/proto/rhumbline/scheduler/v1/realised_events";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { NodeCommand } from "../../../services/router-scheduler/src/node/commands.ts";
import { decideNode } from "../../../services/router-scheduler/src/node/decide.ts";
import { schedulerFold } from "../../../services/router-scheduler/src/read-model/fold.ts";
import {
  nodes,
  realised,
  routerBindings,
  type SchedulerState,
} from "../../../services/router-scheduler/src/read-model/state.ts";
import { decideRealised } from "../../../services/router-scheduler/src/realised/decide.ts";
import type { RouterBindingCommand } from "../../../services/router-scheduler/src/router-binding/commands.ts";
import { decideRouterBinding } from "../../../services/router-scheduler/src/router-binding/decide.ts";
import { type ServiceInMemory, startInMemory } from "../topology/service-in-memory.ts";
import { amidAppend } from "../two-writers.ts";

const store = createMemoryStore();
const context = { actor: "test", projectId: "", correlationId: "c", causationId: "c" };
let scheduler: ServiceInMemory<SchedulerState>;

beforeEach(async () => {
  scheduler = await startInMemory(schedulerFold, store, () => []);
});
afterEach(() => scheduler.stop());

const bind = (routerId: string, command: RouterBindingCommand) => () =>
  scheduler.context.executor.execute(
    routerBindings,
    routerId,
    (binding) => decideRouterBinding(command, binding),
    context,
  );
const saidOfNode = (nodeId: string, command: NodeCommand) => () =>
  scheduler.context.executor.execute(nodes, nodeId, (node) => decideNode(command, node), context);
const typesIn = async (stream: string): Promise<string[]> => {
  const types: string[] = [];
  for await (const { type } of store.readStream(stream)) types.push(type);
  return types;
};

test("routerBinding-<id>: a router that two places are found for leaves the one before it is on the other", async () => {
  const routerId = randomUUID();
  const to = (nodeId: string) => bind(routerId, { type: "BindRouter", routerId, nodeId, reason: "asked for" });
  await amidAppend(store, "routerBinding-", to("A"), to("B"));
  expect(await typesIn(`routerBinding-${routerId}`)).toEqual(["RouterBound", "RouterUnbound", "RouterBound"]);
});

test("routerBinding-<id>: two moves at once: one is begun", async () => {
  const routerId = randomUUID();
  await bind(routerId, { type: "BindRouter", routerId, nodeId: "A", reason: "asked for" })();
  const move = (toNodeId: string) => bind(routerId, { type: "StartMove", routerId, toNodeId, reason: "asked for" });
  const [first, second] = await amidAppend(store, "routerBinding-", move("B"), move("C"));
  expect(first.status).toBe("fulfilled");
  expect(second).toMatchObject({ reason: { reason: "ROUTER_MOVING" } });
});

test("realised-<nodeId>: a report that arrives twice at once is taken once", async () => {
  const nodeId = randomUUID();
  const report = { type: "NodeChangesApplied", data: NodeChangesApplied.fromPartial({ nodeId, seq: 1 }) } as const;
  const record = () =>
    scheduler.context.executor.execute(
      realised,
      nodeId,
      (node) => decideRealised({ type: "RecordReport", report }, node),
      context,
    );
  await amidAppend(store, "realised-", record, record);
  expect(await typesIn(`realised-${nodeId}`)).toEqual(["NodeChangesApplied"]);
});

const startOf = (nodeId: string, incarnation: string): NodeCommand => ({
  type: "RegisterNode",
  nodeId,
  attributes: {
    name: "host-a",
    bridgeMappings: {},
    tunnelIp: "192.0.2.1",
    capabilities: [],
    agentVersion: "1",
    backend: "iptables",
    availabilityZone: "",
    labels: {},
    maxRouters: 0,
    underlayMtu: 1550,
    bootId: "boot-1",
    incarnation,
  },
});
const silenceOf = (incarnation: string): NodeCommand => ({ type: "MarkFailed", incarnation, reason: "not heard" });

test("node-<id>: a node whose agent starts again while it is being failed over for its silence stays", async () => {
  const nodeId = randomUUID();
  await saidOfNode(nodeId, startOf(nodeId, "first"))();
  await amidAppend(
    store,
    "node-",
    saidOfNode(nodeId, startOf(nodeId, "second")),
    saidOfNode(nodeId, silenceOf("first")),
  );
  expect(await typesIn(`node-${nodeId}`)).toEqual(["NodeRegistered", "NodeRegistered"]);
  expect(scheduler.context.fold.state.nodes.get(nodeId)).toMatchObject({ alive: true, failed: "" });
});

test("node-<id>: a node that is failed over while its agent is heard again is there again after it", async () => {
  const nodeId = randomUUID();
  await saidOfNode(nodeId, startOf(nodeId, "first"))();
  await amidAppend(
    store,
    "node-",
    saidOfNode(nodeId, silenceOf("first")),
    saidOfNode(nodeId, startOf(nodeId, "first")),
  );
  expect(await typesIn(`node-${nodeId}`)).toEqual(["NodeRegistered", "NodeFailed", "NodeBecameReachable"]);
  expect(scheduler.context.fold.state.nodes.get(nodeId)).toMatchObject({ alive: true, failed: "" });
});
