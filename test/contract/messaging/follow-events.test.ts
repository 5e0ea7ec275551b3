import { randomUUID } from "node:crypto";
import { jetstreamManager } from "@nats-io/jetstream";
import {
  type Bus,
  type CloudEvent,
  connectBus,
  type EventStream,
  eventStream,
  eventStreamName,
  eventSubject,
  type FollowedEvent,
  followEvents,
} from "@rhumbline/messaging";
import { createLogger } from "@rhumbline/telemetry";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { NatsProcess } from "../../support/nats-process.ts";

const subject = eventSubject({ projectId: "p1", kind: "router", id: "r1", eventType: "RouterCreated" });

/** Each time with another id: NATS itself drops what comes twice with one. */
const event = (sequence: number): CloudEvent => ({
  id: randomUUID(),
  source: "/rhumbline/topology",
  type: "RouterCreated",
  subject: "router-r1",
  timeMs: 1_770_000_000_000,
  sequence,
  previous: sequence - 1,
  partitionKey: "router-r1",
  correlationId: "",
  causationId: "",
  authId: "",
  traceparent: "",
  data: {},
});

describe("events as they are followed", { timeout: 120_000 }, () => {
  let nats: NatsProcess;
  let bus: Bus;
  let stream: EventStream;
  let told: FollowedEvent[];
  let stopped: AbortController;
  let following: Promise<void>;

  const sequences = (): number[] => told.map((delivered) => delivered.event.sequence);
  const publish = async (...wanted: readonly number[]): Promise<void> => {
    for (const sequence of wanted) {
      const { lastSequence } = (await stream.end()) ?? { lastSequence: 0 };
      await stream.publish(subject, event(sequence), Buffer.from("{}"), lastSequence);
    }
  };

  beforeEach(async () => {
    nats = await NatsProcess.start();
    bus = connectBus({ servers: [nats.url], name: "test", logger: createLogger("test", "error") });
    stream = eventStream(bus, { maxAgeMs: 3_600_000, maxBytes: 64 * 1024 * 1024 });
    await eventually(() => expect(bus.connected).toBe(true));
    await stream.ensure();
    told = [];
    stopped = new AbortController();
    following = (async () => {
      const options = { subject: "rhumbline.evt.>", from: "start", interrupted: () => undefined } as const;
      for await (const delivered of followEvents(bus, options, stopped.signal)) told.push(delivered);
    })();
  });
  afterEach(async () => {
    stopped.abort();
    await following;
    await bus.close();
    await nats.dispose();
  });

  test("what the stream has twice, or again behind later ones, is told once", async () => {
    await publish(1, 2, 2, 3, 1, 2, 4);
    await eventually(() => expect(sequences()).toEqual([1, 2, 3, 4]));
    expect(told.some(({ resumed }) => resumed)).toBe(false);
  });

  test("a stream that is deleted and filled anew is gone on with, and that is said", async () => {
    await publish(1, 2);
    await eventually(() => expect(sequences()).toEqual([1, 2]));
    await (await jetstreamManager(bus.nats())).streams.delete(eventStreamName);
    await stream.ensure();
    await publish(1, 2, 3, 4);
    await eventually(() => expect(sequences()).toEqual([1, 2, 3, 4]));
    expect(told.map(({ resumed }) => resumed)).toEqual([false, false, true, false]);
  });

  test("over a NATS that is killed and started, each is told once", async () => {
    await publish(1, 2);
    await eventually(() => expect(sequences()).toEqual([1, 2]));
    await nats.kill();
    await nats.restart();
    await eventually(async () => publish(3));
    await eventually(() => expect(sequences()).toEqual([1, 2, 3]));
  });
});
