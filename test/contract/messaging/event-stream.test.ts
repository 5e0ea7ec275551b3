import { jetstreamManager } from "@nats-io/jetstream";
import {
  type Bus,
  type CloudEvent,
  connectBus,
  type EventStream,
  eventStream,
  eventStreamName,
  eventSubject,
  WrongRevision,
} from "@rhumbline/messaging";
import { createLogger } from "@rhumbline/telemetry";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { NatsProcess } from "../../support/nats-process.ts";

const subject = eventSubject({ projectId: "p1", kind: "router", id: "r1", eventType: "RouterCreated" });

const data = { routerId: "r1" };
const said = Buffer.from(JSON.stringify(data));

function event(sequence: number): CloudEvent {
  return {
    id: `7d5f3a8e-5c53-4b38-9d5f-${String(sequence).padStart(12, "0")}`,
    source: "/rhumbline/topology",
    type: "RouterCreated",
    subject: "router-r1",
    timeMs: 1_770_000_000_000,
    sequence,
    previous: sequence - 1,
    partitionKey: "router-r1",
    correlationId: "c1",
    causationId: "",
    authId: "admin",
    traceparent: "",
    data,
  };
}

describe("stream EVENTS for its relay", { timeout: 120_000 }, () => {
  let nats: NatsProcess;
  let bus: Bus;
  let stream: EventStream;

  beforeEach(async () => {
    nats = await NatsProcess.start();
    bus = connectBus({ servers: [nats.url], name: "test", logger: createLogger("test", "error") });
    stream = eventStream(bus, { maxAgeMs: 3_600_000, maxBytes: 64 * 1024 * 1024 });
    await eventually(() => expect(bus.connected).toBe(true));
  });
  afterEach(async () => {
    await bus.close();
    await nats.dispose();
  });

  test("the relay resumes from the last event in the stream", async () => {
    expect(await stream.end()).toBeUndefined();
    await stream.ensure();
    expect(await stream.end()).toEqual({ lastSequence: 0, lastEvent: undefined });
    await stream.publish(subject, event(1), said, 0);
    await stream.publish(subject, event(2), said, 1);
    expect(await stream.end()).toEqual({ lastSequence: 2, lastEvent: event(2) });
  });

  test("a relay that was overtaken is refused", async () => {
    await stream.ensure();
    await stream.publish(subject, event(1), said, 0);
    await expect(stream.publish(subject, event(2), said, 0)).rejects.toBeInstanceOf(WrongRevision);
    expect((await stream.end())?.lastSequence).toBe(1);
  });

  test("overlapping publishes arrive in order", async () => {
    await stream.ensure();
    const sequences = await Promise.all(
      Array.from({ length: 500 }, (_, i) => stream.publish(subject, event(i + 1), said, i)),
    );
    expect(sequences).toEqual(Array.from({ length: 500 }, (_, i) => i + 1));
  });

  test("what others put under the relay's subjects is no resume point", async () => {
    await stream.ensure();
    await stream.publish(subject, event(1), said, 0);
    bus.publish("rhumbline.evt.forged", new TextEncoder().encode("?"));
    await eventually(async () => expect((await stream.end())?.lastSequence).toBe(2));
    expect((await stream.end())?.lastEvent).toEqual(event(1));
  });

  test("a stream whose events were all dropped still says where it ends", async () => {
    await stream.ensure();
    await stream.publish(subject, event(1), said, 0);
    await (await jetstreamManager(bus.nats())).streams.purge(eventStreamName);
    expect(await stream.end()).toEqual({ lastSequence: 1, lastEvent: undefined });
    expect(await stream.publish(subject, event(2), said, 1)).toBe(2);
  });

  test("new bounds are taken over by the stream that stands", async () => {
    await stream.ensure();
    await stream.publish(subject, event(1), said, 0);
    await eventStream(bus, { maxAgeMs: 7_200_000, maxBytes: 1024 * 1024 }).ensure();
    const { config } = await (await jetstreamManager(bus.nats())).streams.info(eventStreamName);
    expect(config.max_bytes).toBe(1024 * 1024);
    expect((await stream.end())?.lastSequence).toBe(1);
  });
});
