import type { EventStore } from "@rhumbline/event-sourcing";
import { createMemoryStore } from "@rhumbline/event-sourcing/memory";
import { type Bus, connectBus, type EventStreamBounds } from "@rhumbline/messaging";
import { createLogger } from "@rhumbline/telemetry";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Relay, startRelay } from "../../../services/audit/src/relay/relay.ts";
import { eventually } from "../../support/eventually.ts";
import { NatsProcess } from "../../support/nats-process.ts";
import { deleteEventStream, relayedEvents } from "./relayed-events.ts";
import { type SampleLog, sampleLog } from "./sample-log.ts";

const day = 86_400_000;
const bounds: EventStreamBounds = { maxAgeMs: 7 * day, maxBytes: 64 * 2 ** 20 };
const log = createLogger("test", "error");

describe("the relay", { timeout: 240_000 }, () => {
  let nats: NatsProcess;
  let bus: Bus;
  let store: EventStore;
  let network: SampleLog;
  let running: { relay: Relay; bus: Bus }[];

  /** A relay with a connection of its own, as in a process of its own. */
  const start = (eventBounds = bounds): Relay => {
    const itsBus = connectBus({ servers: [nats.url], name: "audit", logger: log });
    const relay = startRelay({ store, bus: itsBus, bounds: eventBounds, log });
    running.push({ relay, bus: itsBus });
    return relay;
  };
  const createRouters = async (count: number): Promise<number[]> => {
    const positions: number[] = [];
    for (let i = 0; i < count; i++) positions.push(await network.routerCreated(`r${i}`));
    return positions;
  };
  const positions = async (): Promise<number[]> => (await relayedEvents(bus)).map(({ sequence }) => sequence);
  /** Each event names the one before it: a subscriber that counts on this misses nothing unnoticed. */
  const expectNoGap = async (): Promise<void> => {
    const events = await relayedEvents(bus);
    expect(events.map(({ previous }) => previous)).toEqual([0, ...events.map(({ sequence }) => sequence)].slice(0, -1));
  };

  beforeEach(async () => {
    nats = await NatsProcess.start();
    bus = connectBus({ servers: [nats.url], name: "test", logger: log });
    store = createMemoryStore();
    network = sampleLog(store);
    running = [];
    await eventually(() => expect(bus.connected).toBe(true));
  });
  afterEach(async () => {
    for (const { relay, bus: itsBus } of running) {
      await relay.stop();
      await itsBus.close();
    }
    await bus.close();
    await store.close();
    await nats.dispose();
  });

  test("publishes the log in its order, each event naming the one before it, and goes on with what comes", async () => {
    const before = await createRouters(2_000);
    const relay = start();
    await eventually(async () => expect(await positions()).toEqual(before));
    const after = await createRouters(500);
    await eventually(async () => expect(await positions()).toEqual([...before, ...after]));
    await expectNoGap();
    expect(relay.status()).toMatchObject({ publishedPosition: after.at(-1), busConnected: true, error: "" });
  });

  test("publishes below the project, kind, id and type of the event, with what its metadata says", async () => {
    await network.routerCreated("r1", { projectId: "blue team", timeMs: 1_770_000_000_000 });
    await network.writerChanged("topology", 2);
    start({ ...bounds, maxAgeMs: 10_000 * day });
    await eventually(async () => expect(await positions()).toHaveLength(2));
    const [created, changed] = await relayedEvents(bus);
    expect(created).toMatchObject({
      natsSubject: "rhumbline.evt.blue%20team.router.r1.RouterCreated",
      source: "/rhumbline/topology",
      subject: "router-r1",
      timeMs: 1_770_000_000_000,
      authId: "admin",
      data: { router: { id: "r1" } },
    });
    expect(changed?.natsSubject).toBe("rhumbline.evt._.writer.topology.WriterChanged");
  });

  test("leaves out what a deposed writer appended, also when it resumes behind the change of writers", async () => {
    const kept = [await network.routerCreated("r1"), await network.writerChanged("topology", 2)];
    await network.routerCreated("late", { epoch: 1 });
    kept.push(await network.routerCreated("r2", { epoch: 2 }));
    const first = start();
    await eventually(async () => expect(await positions()).toEqual(kept));
    await first.stop();
    await network.routerCreated("later", { epoch: 1 });
    kept.push(await network.routerCreated("r3", { epoch: 2 }));
    start();
    await eventually(async () => expect(await positions()).toEqual(kept));
    await expectNoGap();
  });

  test("goes on from the end of EVENTS after it was stopped in the middle", async () => {
    const all = await createRouters(1_500);
    for (;;) {
      const relay = start();
      await eventually(() => expect(relay.status().publishedPosition).toBeGreaterThan(0));
      await relay.stop();
      if (relay.status().publishedPosition === all.at(-1)) break;
    }
    expect(await positions()).toEqual(all);
    await expectNoGap();
  });

  test("two relays side by side neither double nor reorder", async () => {
    const all = await createRouters(1_000);
    start();
    start();
    for (let i = 0; i < 300; i++) all.push(await network.routerCreated(`more${i}`));
    await eventually(async () => expect((await positions()).at(-1)).toBe(all.at(-1)));
    expect(await positions()).toEqual(all);
    await expectNoGap();
  });

  test("waits while NATS is down, says so, and goes on", async () => {
    const all = await createRouters(10);
    const relay = start();
    await eventually(async () => expect(await positions()).toEqual(all));
    await nats.kill();
    all.push(...(await createRouters(10)));
    await eventually(() => {
      expect(relay.status()).toMatchObject({ busConnected: false });
      expect(relay.status().error).toContain("bus is unavailable");
    });
    await nats.restart();
    await eventually(async () => expect(await positions()).toEqual(all));
    await expectNoGap();
    await eventually(() => expect(relay.status().error).toBe(""));
  });

  test("fills EVENTS again after NATS lost all it had, with nothing new to publish", async () => {
    const all = await createRouters(50);
    start();
    await eventually(async () => expect(await positions()).toEqual(all));
    await nats.kill();
    await nats.wipe();
    await nats.restart();
    await eventually(async () => expect(await positions()).toEqual(all));
    await deleteEventStream(bus);
    await eventually(async () => expect(await positions()).toEqual(all));
    await expectNoGap();
  });

  test("an emptied EVENTS begins with what it would still keep, and the gap shows", async () => {
    await network.routerCreated("ancient", { timeMs: Date.now() - 30 * day });
    const old = await network.routerCreated("old", { timeMs: Date.now() - 8 * day });
    const relay = start();
    await eventually(() => expect(relay.status().publishedPosition).toBe(old));
    expect(await positions()).toEqual([]);
    const fresh = await network.routerCreated("fresh");
    await eventually(async () => expect(await positions()).toEqual([fresh]));
    expect((await relayedEvents(bus))[0]?.previous).toBe(old);
  });

  test("refuses to mix two logs in one EVENTS, and says what to do", async () => {
    await createRouters(3);
    const first = start();
    await eventually(() => expect(first.status().publishedPosition).toBeGreaterThan(0));
    await first.stop();
    store = createMemoryStore();
    network = sampleLog(store);
    const [position] = await createRouters(1);
    const relay = start();
    await eventually(() => expect(relay.status().error).toContain("another log"));
    await deleteEventStream(bus);
    await eventually(async () => expect(await positions()).toEqual([position]));
  });
});
