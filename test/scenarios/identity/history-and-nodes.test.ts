import { randomUUID } from "node:crypto";
import { authenticateHeaders, type Caller, type Channel, openChannel, startGrpcServer } from "@rhumbline/grpc";
import { AuditServiceService, type LogEvent } from "@rhumbline/proto/rhumbline/audit/v1/audit_service";
import { RealisationServiceService, ResourceKind } from "@rhumbline/proto/rhumbline/scheduler/v1/realisation_service";
import type { Network } from "@rhumbline/proto/rhumbline/topology/v1/network";
import { Port } from "@rhumbline/proto/rhumbline/topology/v1/port";
import { createLogger } from "@rhumbline/telemetry";
import { afterAll, beforeAll, expect, test } from "vitest";
import { mountAuditService } from "../../../services/audit/src/api/audit-service.ts";
import { mountRealisationService } from "../../../services/router-scheduler/src/api/realisation-service.ts";
import { schedulerFold } from "../../../services/router-scheduler/src/read-model/fold.ts";
import { type ControlPlane, startControlPlane } from "../topology/control-plane.ts";
import { make, plainly } from "../topology/make.ts";
import { type ServiceInMemory, startInMemory } from "../topology/service-in-memory.ts";

const alice: Caller = { user: "alice", projectId: "p1", role: "member" };
const bob: Caller = { user: "bob", projectId: "p2", role: "reader" };
const root: Caller = { user: "root", projectId: "p0", role: "admin" };
const nodeId = randomUUID();

let plane: ControlPlane;
let scheduler: ServiceInMemory<object>;
let channel: Channel;
let stopAudit: () => Promise<void>;
let network: Network;
let port: Port;

beforeAll(async () => {
  plane = await startControlPlane({ authenticate: authenticateHeaders });
  const { store } = plane;
  scheduler = await startInMemory(
    schedulerFold,
    store,
    (context) => [mountRealisationService(context)],
    authenticateHeaders,
  );
  const relay = { status: () => ({ publishedPosition: 0, busConnected: false, error: "" }) };
  const log = createLogger("test", "error");
  const services = [mountAuditService(store, relay)];
  const audit = await startGrpcServer({ listen: "127.0.0.1:0", services, authenticate: authenticateHeaders, log });
  channel = openChannel(audit.address);
  stopAudit = () => audit.stop(0);
  network = await make(plane.as(alice)).network({ name: "web" });
  await make(plane.as(alice)).subnet(network.id, "10.0.0.0/24");
  port = await make(plane.as(alice)).port(network.id);
  const node = { id: nodeId, name: "node1", bridgeMappings: {}, capabilities: [] };
  await plane.record(`node-${nodeId}`, "NodeRegistered", { node, bootId: "b", incarnation: "i" }, "router-scheduler");
  await make(plane.as(root)).network({ projectId: "p2", name: "theirs" });
  const bound = { ...Port.fromPartial({ id: port.id }), binding: { host: "node1", device: "", move: undefined } };
  await plane.as(root).ports.updatePort({ port: bound, updateMask: ["binding"], etag: "", ...plainly });
  await scheduler.context.follower.catchUp();
});
afterAll(async () => {
  channel.close();
  await stopAudit();
  await scheduler.stop();
  await plane.stop();
});

async function history(caller: Caller, filter = ""): Promise<LogEvent[]> {
  const audit = channel.client(AuditServiceService);
  const watched: LogEvent[] = [];
  const request = { afterPosition: 0, fromStart: true, filter, stopAtEnd: true };
  for await (const { event } of audit.watch(request, { caller })) if (event) watched.push(event);
  const { events } = await audit.listEvents({ pageSize: 1_000, pageToken: "", filter, minPosition: 0 }, { caller });
  expect(events.toReversed()).toEqual(watched);
  return watched;
}

test("a member is told his project's history, without where things run and how frames travel", async () => {
  const events = await history(alice);
  expect(new Set(events.map(({ projectId }) => projectId))).toEqual(new Set(["p1"]));
  const kinds = ["network", "scope", "subnet", "port", "securityGroup"];
  expect(new Set(events.map(({ kind }) => kind))).toEqual(new Set(kinds));
  expect(events.map(({ type }) => type)).toEqual(
    expect.arrayContaining(["NetworkCreated", "PortCreated", "AddressAllocated"]),
  );
  expect(JSON.stringify(events)).not.toContain(nodeId);
  const created = events.find(({ type }) => type === "NetworkCreated");
  expect(JSON.parse(created?.dataJson ?? "")).toMatchObject({ network: { id: network.id, name: "web" } });
  expect(created?.dataJson).not.toContain("segment");
});

test("no filter brings another project's events, and an administrator is told all", async () => {
  for (const filter of ['project_id = "p1"', `resource_id = "${port.id}"`, 'kind = "node"', 'type = "PortBound"'])
    expect(await history(bob, filter)).toEqual([]);
  expect((await history(bob)).map(({ type }) => type)).toEqual(expect.arrayContaining(["NetworkCreated"]));
  const all = await history(root);
  expect(all.map(({ type }) => type)).toEqual(
    expect.arrayContaining(["NodeRegistered", "PortBound", "SegmentAllocated"]),
  );
  expect(all.find(({ type }) => type === "NetworkCreated")?.dataJson).toContain("segmentationId");
});

test("how far a resource is realised is told to those who see it, and to others as if it were not there", async () => {
  const realisation = scheduler.channel.client(RealisationServiceService);
  const of = async (id: string, caller: Caller) => {
    const asked = { kind: ResourceKind.PORT, id };
    const got = (await realisation.getRealisation({ ...asked, minPosition: 0 }, { caller })).realisation;
    return got;
  };
  expect(await of(port.id, root)).toMatchObject({ realised: false, nodes: [{ nodeId, nodeName: "node1" }] });
  expect(await of(port.id, alice)).toMatchObject({ realised: false, nodes: [{ nodeId: "", nodeName: "" }] });
  const hidden = await of(port.id, bob);
  expect(hidden).toEqual(await of(randomUUID(), bob));
  const waited = realisation.awaitRealised({ kind: ResourceKind.PORT, id: port.id, position: 0 }, { caller: bob });
  expect((await waited).realisation).toEqual(hidden);
});
