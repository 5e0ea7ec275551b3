import { randomUUID } from "node:crypto";
import type { EventMetadata, EventStore, RecordedEvent } from "@rhumbline/event-sourcing";
import { createMemoryStore } from "@rhumbline/event-sourcing/memory";
import { failureOf } from "@rhumbline/grpc";
import { type Bus, connectBus, desiredBucket, manifestKey } from "@rhumbline/messaging";
import { ResourceKind } from "@rhumbline/proto/rhumbline/scheduler/v1/realisation_service";
import { createLogger } from "@rhumbline/telemetry";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { NatsProcess } from "../../support/nats-process.ts";
import { NodeDouble } from "./node-double.ts";
import * as sample from "./sample-events.ts";
import { appendSamples } from "./sample-log.ts";
import { type SchedulerReplica, startSchedulerReplica } from "./scheduler-replica.ts";

const [r1, n1, s1, f1, p1] = [randomUUID(), randomUUID(), randomUUID(), randomUUID(), randomUUID()];
const leg = { portId: "rp", networkId: n1, subnetId: s1, ipAddress: "10.0.0.1", cidr: "10.0.0.0/24" };
const network = [sample.networkCreated(n1), sample.subnetCreated(s1, n1, "10.0.0.0/24", "10.0.0.1")];
const router = [sample.routerCreated(r1), sample.interfaceAdded(r1, leg)];

describe("the scheduler", { timeout: 240_000 }, () => {
  let nats: NatsProcess;
  let bus: Bus;
  let store: EventStore;
  let scheduler: SchedulerReplica;
  let node: NodeDouble;

  beforeEach(async () => {
    nats = await NatsProcess.start();
    bus = connectBus({ servers: [nats.url], name: "test", logger: createLogger("test", "error") });
    store = createMemoryStore();
    scheduler = await startSchedulerReplica(store, nats.url);
    node = new NodeDouble(bus);
    await eventually(() => expect(bus.connected && scheduler.bus.connected).toBe(true));
    await eventually(async () => expect(await node.register()).toMatchObject({ refusal: "", lastSeq: 0 }));
  });
  afterEach(async () => {
    node.stop();
    await scheduler.stop();
    await bus.close();
    await store.close();
    await nats.dispose();
  });

  const eventsOf = async (stream: string): Promise<RecordedEvent[]> => {
    const events: RecordedEvent[] = [];
    for await (const event of store.readStream(stream)) events.push(event);
    return events;
  };
  const realised = async (kind: ResourceKind, id: string, position: number) =>
    (await scheduler.realisation.awaitRealised({ kind, id, position }, { timeoutMs: 60_000 })).realisation;

  test("binds a router, publishes it, and says when its node has it", async () => {
    const position = await appendSamples(store, ...network, ...router);
    const waiting = realised(ResourceKind.ROUTER, r1, position);
    await eventually(() => expect(node.committed()).toEqual([`network.${n1}`, `router.${r1}`].sort()));
    const { routerBinding } = await scheduler.bindings.getRouterBinding({
      routerId: r1,
      minPosition: 0,
      asOf: undefined,
    });
    expect(routerBinding).toEqual({ routerId: r1, nodeId: node.id, epoch: 1, reason: "the only candidate" });
    expect(await node.report()).toEqual({ lastSeq: 1, refusal: "" });
    const answer = await waiting;
    expect(answer).toMatchObject({ realised: true, reason: "" });
    expect(answer?.nodes).toMatchObject([{ nodeId: node.id, error: "" }]);
  });

  test("hands the trace and the correlation of a wish on to the placement, and to the node", async () => {
    const metadataOf = ({ metadata }: { readonly metadata?: unknown } = {}) =>
      (metadata ?? {}) as Partial<EventMetadata>;
    await appendSamples(store, sample.routerCreated(r1));
    await eventually(async () => expect(await eventsOf(`routerBinding-${r1}`)).toHaveLength(1));
    const [bound] = await eventsOf(`routerBinding-${r1}`);
    const [created] = await eventsOf(`router-${r1}`);
    const { $correlationId, traceparent } = metadataOf(created);
    expect(bound?.metadata).toMatchObject({ $correlationId, $causationId: created?.id, traceparent });

    await appendSamples(store, ...network, sample.interfaceAdded(r1, leg));
    await eventually(() => expect(node.committed()).toContain(`router.${r1}`));
    const joined = (await eventsOf(`router-${r1}`)).at(-1);
    const wish = metadataOf(joined);
    const { causation } = node.desired.get(`router.${r1}`) ?? {};
    const told = { eventId: joined?.id, correlationId: wish.$correlationId, traceparent: wish.traceparent };
    expect(causation).toMatchObject(told);
  });

  test("answers with the node's words what it failed at", async () => {
    const position = await appendSamples(store, ...network, ...router);
    await eventually(() => expect(node.committed()).toHaveLength(2));
    await node.report({ [`router.${r1}`]: "no such device" });
    const answer = await realised(ResourceKind.ROUTER, r1, position);
    expect(answer).toMatchObject({ realised: false, nodes: [{ error: "no such device" }] });
  });

  test("waits for a removal to be reported, then takes it out of the bucket", async () => {
    await appendSamples(store, ...network, ...router);
    await appendSamples(
      store,
      sample.floatingIpCreated(f1, "203.0.113.9"),
      sample.floatingIpAssociated(f1, r1, "10.0.0.5"),
    );
    await eventually(() => expect(node.committed()).toContain(`floatingip.${f1}`));
    await node.report();
    const position = await appendSamples(store, sample.floatingIpDeleted(f1));
    await eventually(() => expect(node.committed()).toContain(`floatingip.${f1} gone`));
    await node.report();
    expect(await realised(ResourceKind.FLOATING_IP, f1, position)).toMatchObject({ realised: true, nodes: [] });
    await eventually(async () => {
      expect(await desiredBucket(bus).get(`${node.id}.floatingip.${f1}`)).toBeUndefined();
    });
  });

  test("tells at once why no node can hold a router", async () => {
    const external = randomUUID();
    const position = await appendSamples(
      store,
      sample.networkCreated(external, "physnet9"),
      sample.routerCreated(r1),
      sample.gatewaySet(r1, { portId: "g", networkId: external, subnetId: s1, ipAddress: "203.0.113.7" }),
    );
    await eventually(async () => {
      const answer = await realised(ResourceKind.ROUTER, r1, position);
      expect(answer).toMatchObject({ realised: false, reason: "the only node has no mapping for physnet9" });
    });
  });

  test("one change sends messages to the node concerned and to no other", async () => {
    const other = new NodeDouble(bus);
    await eventually(async () => expect(await other.register()).toMatchObject({ refusal: "" }));
    await appendSamples(store, ...network, sample.portCreated(p1, n1, "10.0.0.5"));
    await eventually(() => expect(other.committed()).toEqual([]));
    other.received = [];
    node.received = [];
    await appendSamples(store, sample.portBound(p1, node.id));
    await eventually(() => expect(node.committed()).toEqual([`network.${n1}`, `port.${p1}`].sort()));
    expect([...node.received].sort()).toEqual([`network.${n1}`, `port.${p1}`, "manifest"].sort());
    expect(node.received.at(-1)).toBe("manifest");
    expect(other.received).toEqual([]);
    other.stop();
  });

  test("takes each report once and in order, and says from where to send again", async () => {
    expect(await node.send(2)).toEqual({ lastSeq: 0, refusal: "" });
    expect(await node.send(1)).toEqual({ lastSeq: 1, refusal: "" });
    expect(await node.send(1)).toEqual({ lastSeq: 1, refusal: "" });
    expect(await node.send(2)).toEqual({ lastSeq: 2, refusal: "" });
    const events = await eventsOf(`realised-${node.id}`);
    expect(events.map(({ data }) => (data as { seq: number }).seq)).toEqual([1, 2]);
    expect(events[0]?.metadata).toMatchObject({ $correlationId: "correlation-of-report", actor: `node:${node.id}` });
    expect(await node.register()).toMatchObject({ refusal: "", lastSeq: 2 });
  });

  test("takes no report of a node that it does not know", async () => {
    const stranger = new NodeDouble(bus);
    expect(await stranger.report()).toEqual({ lastSeq: 0, refusal: `node ${stranger.id} is not registered` });
    stranger.stop();
  });

  test("refuses a second live host with the same id, and takes an agent that started again", async () => {
    node.heartbeat();
    const clone = new NodeDouble(bus, { id: node.id });
    await eventually(async () => expect((await clone.register()).refusal).toContain("in use by host"));
    const restarted = new NodeDouble(bus, { id: node.id, bootId: node.bootId });
    expect(await restarted.register()).toMatchObject({ refusal: "", lastSeq: 0 });
    clone.stop();
    restarted.stop();
  });

  test("lists nodes with what they have and hold, and deletes none that has routers", async () => {
    await appendSamples(store, ...network, ...router);
    await eventually(() => expect(node.committed()).toHaveLength(2));
    await node.report();
    const all = { pageSize: 0, pageToken: "", orderBy: "", minPosition: 0, asOf: undefined };
    const { nodes } = await scheduler.nodes.listNodes({ ...all, filter: "alive = true" });
    expect(nodes).toMatchObject([{ id: node.id, alive: true, routerCount: 1, bridgeMappings: { physnet1: "br-ex" } }]);
    expect(nodes[0]?.appliedPosition).toBe(nodes[0]?.desiredPosition);
    expect((await scheduler.nodes.listNodes({ ...all, filter: "alive = false" })).nodes).toEqual([]);
    const remove = { id: node.id, etag: "", requestId: "", validateOnly: false };
    const refusal = failureOf(await scheduler.nodes.deleteNode(remove).catch((error: unknown) => error));
    expect(refusal?.reason).toBe("NODE_IN_USE");
  });

  test("never has a router on a deleted node, however a deletion and a placement meet", async () => {
    for (let round = 0; round < 20; round++) {
      const id = randomUUID();
      const both = [
        appendSamples(store, sample.routerCreated(id)),
        scheduler.nodes
          .deleteNode({ id: node.id, etag: "", requestId: "", validateOnly: false })
          .catch((error: unknown) => expect(failureOf(error)?.reason).toMatch(/^(NODE_IN_USE|NOT_FOUND)$/)),
      ];
      await Promise.all(round % 2 === 0 ? both : both.reverse());
      for (const { nodeId } of scheduler.fold.state.bindings.values()) {
        expect(nodeId === "" || scheduler.fold.state.nodes.has(nodeId)).toBe(true);
      }
      await appendSamples(store, sample.routerDeleted(id));
      await eventually(() => expect(scheduler.fold.state.bindings.has(id)).toBe(false));
      expect(await node.register()).toMatchObject({ refusal: "" });
    }
  });

  test("forgets a deleted node, and clears its keys from the bucket", async () => {
    const manifest = () => desiredBucket(bus).get(manifestKey(node.id));
    await eventually(async () => expect(await manifest()).toBeDefined());
    await scheduler.nodes.deleteNode({ id: node.id, etag: "", requestId: "", validateOnly: false });
    await eventually(async () => expect(await manifest()).toBeUndefined());
  });
});
