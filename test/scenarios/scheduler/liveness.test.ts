import type { EventStore } from "@rhumbline/event-sourcing";
import { createMemoryStore } from "@rhumbline/event-sourcing/memory";
import { type Bus, connectBus } from "@rhumbline/messaging";
import { createLogger } from "@rhumbline/telemetry";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { NatsProcess } from "../../support/nats-process.ts";
import { NodeDouble } from "./node-double.ts";
import { type SchedulerReplica, startSchedulerReplica } from "./scheduler-replica.ts";

const nodeTimeoutMs = 3_000;

describe("a node's liveness", { timeout: 240_000 }, () => {
  let nats: NatsProcess;
  let bus: Bus;
  let store: EventStore;
  let scheduler: SchedulerReplica;
  let node: NodeDouble;
  let beating: NodeJS.Timeout | undefined;

  const beat = (refusal?: string): void => {
    clearInterval(beating);
    beating = setInterval(() => node.heartbeat(refusal), nodeTimeoutMs / 20);
  };
  const history = async (): Promise<string[]> => {
    const types: string[] = [];
    for await (const { type } of store.readStream(`node-${node.id}`)) types.push(type);
    return types;
  };

  beforeEach(async () => {
    nats = await NatsProcess.start();
    bus = connectBus({ servers: [nats.url], name: "test", logger: createLogger("test", "error") });
    store = createMemoryStore();
    scheduler = await startSchedulerReplica(store, nats.url, { nodeTimeoutMs });
    node = new NodeDouble(bus);
    await eventually(async () => expect(await node.register()).toMatchObject({ refusal: "" }));
    beat();
  });
  afterEach(async () => {
    clearInterval(beating);
    node.stop();
    await scheduler.stop();
    await bus.close();
    await nats.dispose();
  });

  test("silence becomes one event, and so does its end", async () => {
    clearInterval(beating);
    await eventually(async () => expect(await history()).toEqual(["NodeRegistered", "NodeBecameUnreachable"]));
    beat();
    await eventually(async () =>
      expect(await history()).toEqual(["NodeRegistered", "NodeBecameUnreachable", "NodeBecameReachable"]),
    );
  });

  test("a refusal that stands becomes one event with its words, whatever others follow, and so does its end", async () => {
    beat("ENOSPC: no space left on device");
    await eventually(async () => expect(await history()).toEqual(["NodeRegistered", "NodeRefusedDesiredState"]));
    expect(scheduler.fold.state.nodes.get(node.id)?.refusal).toBe("ENOSPC: no space left on device");
    beat("held by an operator");
    await new Promise((resolve) => setTimeout(resolve, nodeTimeoutMs));
    beat();
    await eventually(async () =>
      expect(await history()).toEqual(["NodeRegistered", "NodeRefusedDesiredState", "NodeAcceptedDesiredState"]),
    );
    expect(scheduler.fold.state.nodes.get(node.id)?.refusal).toBe("");
  });

  test("silence while the bus is away says nothing of the node", async () => {
    await nats.kill();
    await new Promise((resolve) => setTimeout(resolve, nodeTimeoutMs * 2));
    await nats.restart();
    await eventually(() => expect(bus.connected && scheduler.bus.connected).toBe(true));
    await new Promise((resolve) => setTimeout(resolve, nodeTimeoutMs * 2));
    expect(await history()).toEqual(["NodeRegistered"]);
  });
});
