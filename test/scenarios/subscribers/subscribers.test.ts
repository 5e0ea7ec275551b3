import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { jetstreamManager } from "@nats-io/jetstream";
import { createMemoryStore } from "@rhumbline/event-sourcing/memory";
import { type Bus, connectBus, eventStreamName } from "@rhumbline/messaging";
import { createLogger } from "@rhumbline/telemetry";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Relay, startRelay } from "../../../services/audit/src/relay/relay.ts";
import { eventually } from "../../support/eventually.ts";
import { NatsProcess } from "../../support/nats-process.ts";
import { deleteEventStream } from "../audit/relayed-events.ts";
import { type SampleLog, sampleLog } from "../audit/sample-log.ts";
import { type Sample, type SubscriberProcess, sampleSubscribers, startSubscriber } from "./subscriber-process.ts";

const log = createLogger("test", "error");
const bounds = { maxAgeMs: 86_400_000, maxBytes: 2 ** 24 };

for (const sample of sampleSubscribers) {
  const missing = spawnSync(sample.argv[0] ?? "", ["--version"]).error;
  const skipped = missing ? { skip: true, meta: { skipReason: `${sample.argv[0]} is not installed` } } : {};

  describe(`the sample subscriber ${sample.title}`, skipped, () => {
    let nats: NatsProcess;
    let bus: Bus;
    let relay: Relay;
    let network: SampleLog;
    let folder: string;
    let subscriber: SubscriberProcess;

    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), "rhumbline-subscriber-"));
      nats = await NatsProcess.start();
      bus = connectBus({ servers: [nats.url], name: "audit", logger: log });
      const store = createMemoryStore();
      network = sampleLog(store);
      relay = startRelay({ store, bus, bounds, log });
      subscriber = start(sample);
    });
    afterEach(async () => {
      await subscriber.kill();
      await relay.stop();
      await bus.close();
      await nats.dispose();
      rmSync(folder, { recursive: true });
    });
    const positionFile = (): string => join(folder, "position");
    const start = (which: Sample) => startSubscriber(which, nats.port, positionFile());
    const created = (position: number, id: string): string =>
      `${position}  RouterCreated  router-${id}  by admin  {"router":{"id":"${id}"}}`;
    /** But for those lines in which it says what it waits for. */
    const printed = (): string[] => subscriber.lines.filter((line) => !line.startsWith("WAIT"));

    /** Killed before it has noted what it printed, it prints that once more. */
    const killedAfter = async (position: number): Promise<void> => {
      await eventually(() => expect(readFileSync(positionFile(), "utf8")).toBe(String(position)));
      await subscriber.kill();
    };

    test("prints each event, in the log's order, as it comes", async () => {
      const lines: string[] = [];
      for (const id of ["r1", "r2", "r3"]) lines.push(created(await network.routerCreated(id), id));
      await eventually(() => expect(printed()).toEqual(lines));
    });

    test("goes on where it was after it was killed, and misses nothing", async () => {
      const first = await network.routerCreated("r1");
      await eventually(() => expect(printed()).toEqual([created(first, "r1")]));
      await killedAfter(first);
      const second = await network.routerCreated("r2");
      subscriber = start(sample);
      await eventually(() => expect(printed()).toEqual([created(second, "r2")]));
    });

    test("sees a gap where NATS has not all that there was", async () => {
      const first = await network.routerCreated("r1");
      await eventually(() => expect(printed()).toEqual([created(first, "r1")]));
      await killedAfter(first);
      const second = await network.routerCreated("r2");
      const third = await network.routerCreated("r3");
      await eventually(() => expect(relay.status().publishedPosition).toBe(third));
      await (await jetstreamManager(bus.nats())).streams.purge(eventStreamName, { seq: 3 });
      subscriber = start(sample);
      const gap = `GAP  not on NATS: what is after ${first} up to ${second}; the log has it (audit.Watch)`;
      await eventually(() => expect(printed()).toEqual([gap, created(third, "r3")]));
    });

    test("prints nothing twice when NATS lost the stream and it was filled again", async () => {
      const first = await network.routerCreated("r1");
      await eventually(() => expect(printed()).toEqual([created(first, "r1")]));
      await deleteEventStream(bus);
      const second = await network.routerCreated("r2");
      await eventually(() => expect(printed()).toEqual([created(first, "r1"), created(second, "r2")]));
    });
  });
}
