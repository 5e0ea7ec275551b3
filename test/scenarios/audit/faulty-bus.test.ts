import { cp, rm } from "node:fs/promises";
import { jetstreamManager } from "@nats-io/jetstream";
import type { EventStore } from "@rhumbline/event-sourcing";
import { createMemoryStore } from "@rhumbline/event-sourcing/memory";
import { type Bus, connectBus, eventStreamName } from "@rhumbline/messaging";
import { createLogger } from "@rhumbline/telemetry";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Relay, startRelay } from "../../../services/audit/src/relay/relay.ts";
import { eventually } from "../../support/eventually.ts";
import { NatsProcess } from "../../support/nats-process.ts";
import { startTcpProxy } from "../../support/tcp-proxy.ts";
import { followByPosition, type PositionSubscriber } from "./position-subscriber.ts";
import { deleteEventStream, relayedEvents } from "./relayed-events.ts";
import { type SampleLog, sampleLog } from "./sample-log.ts";

const bounds = { maxAgeMs: 86_400_000, maxBytes: 64 * 2 ** 20 };
const log = createLogger("test", "error");

describe("a subscriber that compares what it gets with what came before", { timeout: 240_000 }, () => {
  let nats: NatsProcess;
  let bus: Bus;
  let store: EventStore;
  let network: SampleLog;
  let subscriber: PositionSubscriber;
  let relays: { stop(): Promise<void> }[];

  const start = (url = nats.url): Relay => {
    const itsBus = connectBus({ servers: [url], name: "audit", logger: log });
    const relay = startRelay({ store, bus: itsBus, bounds, log });
    const stop = async (): Promise<void> => {
      await relay.stop();
      await itsBus.close();
    };
    relays.push({ stop });
    return relay;
  };
  const stopRelays = async (): Promise<void> => {
    await Promise.all(relays.splice(0).map((relay) => relay.stop()));
  };
  const happen = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) await network.routerCreated(`r${i}`);
  };
  const inLog = async (): Promise<number[]> => {
    const positions: number[] = [];
    for await (const { position } of store.readAll()) positions.push(position);
    return positions;
  };
  /** Everything that happened, once, in the log's order. */
  const untilAllHandled = () => eventually(async () => expect(subscriber.handled).toEqual(await inLog()));
  /** Stops NATS for as long as something is done to what it stored. */
  const whileStopped = async (act: () => Promise<void>): Promise<void> => {
    await nats.stop();
    await act();
    await nats.restart();
    await eventually(() => expect(bus.connected).toBe(true));
  };

  beforeEach(async () => {
    nats = await NatsProcess.start();
    bus = connectBus({ servers: [nats.url], name: "test", logger: log });
    store = createMemoryStore();
    network = sampleLog(store);
    relays = [];
    subscriber = followByPosition(nats.url, store, log);
    await eventually(() => expect(bus.connected).toBe(true));
  });
  afterEach(async () => {
    await subscriber.stop();
    await stopRelays();
    await bus.close();
    await store.close();
    await nats.dispose();
  });

  test("misses nothing where NATS is put back from an older copy of its store", async () => {
    const copy = `${nats.storeDir}-copy`;
    start();
    await happen(20);
    await untilAllHandled();
    await whileStopped(() => cp(nats.storeDir, copy, { recursive: true }));
    await happen(20);
    await untilAllHandled();
    await whileStopped(async () => {
      await nats.wipe();
      await cp(copy, nats.storeDir, { recursive: true });
      await rm(copy, { recursive: true });
    });
    await happen(20);
    await untilAllHandled();
    const relayed = (await relayedEvents(bus)).map(({ sequence }) => sequence);
    expect(relayed).toEqual(await inLog());
    expect(subscriber.gaps).toEqual([]);
  });

  test("sees the gap where NATS dropped what it has not had, and has it from the log", async () => {
    start();
    await happen(5);
    await untilAllHandled();
    await subscriber.stop();
    const known = [...subscriber.handled];
    await happen(10);
    const all = await inLog();
    await eventually(async () => expect((await relayedEvents(bus)).at(-1)?.sequence).toBe(all.at(-1)));
    await (await jetstreamManager(bus.nats())).streams.purge(eventStreamName, { seq: 12 });
    subscriber = followByPosition(nats.url, store, log);
    await untilAllHandled();
    expect(known).toEqual(all.slice(0, 5));
    expect(subscriber.gaps).toEqual([{ after: 0, upTo: all[10] }]);
  });

  test("gets nothing twice from a relay that NATS hears late, while another went ahead", async () => {
    const proxy = await startTcpProxy(`127.0.0.1:${nats.port}`);
    const slow = start(`nats://${proxy.address}`);
    await happen(10);
    await untilAllHandled();
    proxy.hold();
    await happen(300);
    await eventually(() => expect(proxy.holds("r200")).toBe(true));
    start();
    await untilAllHandled();
    proxy.release();
    await happen(10);
    await untilAllHandled();
    await eventually(async () => expect(slow.status().publishedPosition).toBe((await inLog()).at(-1)));
    const relayed = await relayedEvents(bus);
    expect(relayed.map(({ sequence }) => sequence)).toEqual(await inLog());
    expect(relayed.map(({ previous }) => previous)).toEqual([0, ...(await inLog())].slice(0, -1));
    await proxy.close();
  });

  test("misses nothing and gets nothing twice, whatever befalls NATS and two relays", async () => {
    const befall: readonly (() => Promise<void>)[] = [
      () => nats.kill().then(() => nats.restart()),
      async () => {
        await stopRelays();
        start();
        start();
      },
      () => eventually(() => deleteEventStream(bus)),
      () => whileStopped(() => nats.wipe()),
    ];
    start();
    start();
    for (let round = 0; round < 2; round += 1) {
      for (const fault of befall) {
        const happening = happen(60);
        await fault();
        await happening;
        await eventually(() => expect(bus.connected).toBe(true));
      }
    }
    await untilAllHandled();
  });
});
