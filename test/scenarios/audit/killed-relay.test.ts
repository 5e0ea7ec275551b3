import { connectKurrent } from "@rhumbline/event-sourcing/kurrent";
import { connectBus } from "@rhumbline/messaging";
import { createLogger } from "@rhumbline/telemetry";
import { expect, test } from "vitest";
import { startEventLog } from "../../support/event-log-process.ts";
import { eventually } from "../../support/eventually.ts";
import { NatsProcess } from "../../support/nats-process.ts";
import { killServices, startService } from "../../support/service-process.ts";
import { relayedEvents } from "./relayed-events.ts";
import { sampleLog } from "./sample-log.ts";

const kills = 4;
const routersBetween = 1_000;

test("SIGKILL of audit in the middle, again and again: EVENTS has each event once and in order", async () => {
  const [log, nats] = await Promise.all([startEventLog(), NatsProcess.start()]);
  const store = connectKurrent({ connectionString: log.connectionString });
  const bus = connectBus({ servers: [nats.url], name: "test", logger: createLogger("test", "error") });
  try {
    const network = sampleLog(store);
    const positions: number[] = [];
    const createRouters = async (): Promise<void> => {
      const ids = Array.from({ length: routersBetween }, (_, i) => `r${positions.length + i}`);
      positions.push(...(await Promise.all(ids.map((id) => network.routerCreated(id)))));
    };
    const sequences = async (): Promise<number[]> => (await relayedEvents(bus)).map(({ sequence }) => sequence);
    const start = () => startService("audit", ["--log", log.connectionString, "--nats", nats.url]);
    for (let i = 0; i < kills; i++) {
      const audit = await start();
      const appending = createRouters();
      await eventually(async () => expect((await sequences()).length).toBeGreaterThan(i * routersBetween));
      await audit.kill();
      await appending;
    }
    await start();
    await eventually(async () => expect((await sequences()).length).toBeGreaterThanOrEqual(positions.length));
    expect(await sequences()).toEqual(positions.sort((a, b) => a - b));
    const events = await relayedEvents(bus);
    expect(events.map(({ previous }) => previous)).toEqual([0, ...positions].slice(0, -1));
  } finally {
    await killServices();
    await bus.close();
    await store.close();
    await Promise.all([log.kill(), nats.dispose()]);
  }
}, 240_000);
