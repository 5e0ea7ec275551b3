import { cp, rm } from "node:fs/promises";
import { jetstreamManager } from "@nats-io/jetstream";
import {
  type Bus,
  BusUnavailable,
  connectBus,
  type DesiredBucket,
  desiredBucket,
  desiredBucketName,
  desiredKey,
  isSameBucket,
  WrongRevision,
} from "@rhumbline/messaging";
import { createLogger } from "@rhumbline/telemetry";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { NatsProcess } from "../../support/nats-process.ts";

const key = desiredKey("node-1", "router.r1");
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("bucket DESIRED for its writer", { timeout: 120_000 }, () => {
  let nats: NatsProcess;
  let bus: Bus;
  let bucket: DesiredBucket;

  beforeEach(async () => {
    nats = await NatsProcess.start();
    bus = connectBus({ servers: [nats.url], name: "test", logger: createLogger("test", "error") });
    bucket = desiredBucket(bus);
    await eventually(() => expect(bus.connected).toBe(true));
  });
  afterEach(async () => {
    await bus.close();
    await nats.dispose();
  });

  test("there is none until it is made, and making it twice is making it once", async () => {
    expect(await bucket.state()).toBeUndefined();
    const made = await bucket.ensure();
    expect(await bucket.ensure()).toEqual(made);
  });

  test("a key is written at the revision it was left at", async () => {
    await bucket.ensure();
    const first = await bucket.put(key, bytes("1"), 0);
    const second = await bucket.put(key, bytes("2"), first);
    expect(await bucket.get(key)).toEqual({ key, value: bytes("2"), revision: second });
  });

  test("a writer that missed another's write is refused, and nothing is written", async () => {
    await bucket.ensure();
    const first = await bucket.put(key, bytes("mine"), 0);
    await bucket.put(key, bytes("theirs"), first);
    await expect(bucket.put(key, bytes("stale"), first)).rejects.toBeInstanceOf(WrongRevision);
    await expect(bucket.put(key, bytes("stale"), 0)).rejects.toBeInstanceOf(WrongRevision);
    expect((await bucket.get(key))?.value).toEqual(bytes("theirs"));
  });

  test("all keys of one node are read, and no others; none is an empty list", async () => {
    await bucket.ensure();
    for (let id = 0; id < 300; id += 1) await bucket.put(desiredKey("node-1", `router.r${id}`), bytes(`${id}`), 0);
    await bucket.put(desiredKey("node-2", "router.r1"), bytes("other"), 0);
    const entries = await bucket.readAll("node-1");
    expect(entries.map((entry) => Number(new TextDecoder().decode(entry.value))).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 300 }, (_, id) => id),
    );
    expect(await bucket.readAll("node-3")).toEqual([]);
    expect(await bucket.readAll()).toHaveLength(301);
  });

  test("keys that are purged while they are read are not waited for", async () => {
    await bucket.ensure();
    for (let round = 0; round < 5; round += 1) {
      const keys = Array.from({ length: 300 }, (_, id) => desiredKey("node-1", `router.r${id}`));
      const revisions = await Promise.all(keys.map((one) => bucket.put(one, bytes("1"), 0)));
      const read = bucket.readAll();
      await Promise.all(keys.map((one, i) => bucket.purge(one, revisions[i] ?? 0)));
      expect((await read).length).toBeLessThanOrEqual(300);
      expect(await bucket.readAll()).toEqual([]);
    }
  });

  test("a bucket that is deleted while it is read is an outage, and not a shorter list", async () => {
    await bucket.ensure();
    for (let id = 0; id < 1500; id += 1) await bucket.put(desiredKey("node-1", `router.r${id}`), bytes("1"), 0);
    const read = bucket.readAll().catch((error: unknown) => error);
    await (await jetstreamManager(bus.nats())).streams.delete(`KV_${desiredBucketName}`);
    const answer = await read;
    if (Array.isArray(answer)) expect(answer).toHaveLength(1500);
    else expect(answer).toBeInstanceOf(BusUnavailable);
  });

  test("a purged key is gone without a trace and is written again as a new one", async () => {
    await bucket.ensure();
    const revision = await bucket.put(key, bytes("gone"), 0);
    await bucket.purge(key, revision);
    expect(await bucket.readAll()).toEqual([]);
    expect(await bucket.put(key, bytes("back"), 0)).toBeGreaterThan(revision);
  });

  test("a purge spares what was written after the revision it names", async () => {
    await bucket.ensure();
    const gone = await bucket.put(key, bytes("gone"), 0);
    const bound = await bucket.put(key, bytes("bound again"), gone);
    await bucket.purge(key, gone);
    expect(await bucket.get(key)).toEqual({ key, value: bytes("bound again"), revision: bound });
  });

  test("a value of more than 64 KiB is refused", async () => {
    await bucket.ensure();
    await expect(bucket.put(key, new Uint8Array(64 * 1024 + 1), 0)).rejects.toBeInstanceOf(RangeError);
  });

  describe("its identity", () => {
    test("is the same after writes, and after a restart of NATS", async () => {
      const before = await filled();
      expect(isSameBucket(before, await bucket.state())).toBe(true);
      await nats.kill();
      await nats.restart();
      await eventually(async () => expect(isSameBucket(before, await bucket.state())).toBe(true));
    });

    test("is another after it was deleted, and after it was made again", async () => {
      const before = await filled();
      await (await jetstreamManager(bus.nats())).streams.delete(`KV_${desiredBucketName}`);
      expect(isSameBucket(before, await bucket.state())).toBe(false);
      await bucket.ensure();
      for (let revision = 0; revision < 20; revision += 1)
        await bucket.put(desiredKey("node-1", `port.p${revision}`), bytes(""), 0);
      expect(isSameBucket(before, await bucket.state())).toBe(false);
    });

    test("is another after its keys were purged by hand", async () => {
      const before = await filled();
      await (await jetstreamManager(bus.nats())).streams.purge(`KV_${desiredBucketName}`);
      expect(isSameBucket(before, await bucket.state())).toBe(false);
    });

    test("is another after NATS was restored from an older copy of its store", async () => {
      await filled();
      await nats.stop();
      await cp(nats.storeDir, `${nats.storeDir}-copy`, { recursive: true });
      await nats.restart();
      const newest = await eventuallyFilled();
      await nats.stop();
      await nats.wipe();
      await cp(`${nats.storeDir}-copy`, nats.storeDir, { recursive: true });
      await rm(`${nats.storeDir}-copy`, { recursive: true });
      await nats.restart();
      await eventually(async () => expect(await bucket.state()).toBeDefined());
      expect(isSameBucket(newest, await bucket.state())).toBe(false);
    });

    async function filled() {
      const { created } = await bucket.ensure();
      const held = await bucket.get(key);
      const lastRevision = await bucket.put(key, bytes("value"), held?.revision ?? 0);
      return { created, lastRevision, keyCount: 1 };
    }

    async function eventuallyFilled() {
      await eventually(async () => expect(await bucket.get(key)).toBeDefined());
      return filled();
    }
  });
});
