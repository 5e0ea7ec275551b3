import { cp, rm } from "node:fs/promises";
import { jetstreamManager } from "@nats-io/jetstream";
import {
  type Bus,
  connectBus,
  desiredBucket,
  desiredBucketName,
  desiredKey,
  encodeDesiredResource,
  encodeNodeManifest,
  manifestDigest,
  manifestKey,
  type ResourceKey,
  type Stop,
  watchDesired,
} from "@rhumbline/messaging";
import { DesiredResource, NodeManifest } from "@rhumbline/proto/rhumbline/agent/v1/desired";
import { createLogger } from "@rhumbline/telemetry";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { NatsProcess } from "../../support/nats-process.ts";

const node = "node-1";
const logger = createLogger("test", "error");

describe("desired state as a node follows it", { timeout: 120_000 }, () => {
  let nats: NatsProcess;
  let bus: Bus;
  let stop: Stop | undefined;
  let held = new Map<string, number>();
  let resets = 0;

  beforeEach(async () => {
    held = new Map();
    resets = 0;
    nats = await NatsProcess.start();
    bus = connectBus({ servers: [nats.url], name: "test", logger });
    await eventually(() => expect(bus.connected).toBe(true));
  });
  afterEach(async () => {
    stop?.();
    await bus.close();
    await nats.dispose();
  });

  test("keys that stand come first, changes follow, another node's never do", async () => {
    await desiredBucket(bus).ensure();
    await put("router.r1", 10);
    await put("router.elsewhere", 10, "node-2");
    await commit(10);
    follow();
    await eventually(() => expect(heldNow()).toEqual({ "router.r1": 10, manifest: 10 }));
    await put("router.r1", 11);
    await put("floatingip.f1", 11);
    await commit(11);
    await eventually(() => expect(heldNow()).toEqual({ "router.r1": 11, "floatingip.f1": 11, manifest: 11 }));
    expect(resets).toBe(1);
  });

  test("an agent that starts before the bucket is there gets it when it is made", async () => {
    follow();
    await desiredBucket(bus).ensure();
    await put("router.r1", 10);
    await eventually(() => expect(heldNow()).toEqual({ "router.r1": 10 }));
  });

  test("after NATS was killed and started the node reads everything anew", async () => {
    await desiredBucket(bus).ensure();
    await put("router.r1", 10);
    follow();
    await eventually(() => expect(heldNow()).toEqual({ "router.r1": 10 }));
    await nats.kill();
    await nats.restart();
    await eventually(() => put("router.r2", 12));
    await eventually(() => expect(heldNow()).toEqual({ "router.r1": 10, "router.r2": 12 }));
    expect(resets).toBeGreaterThan(1);
  });

  test("a bucket deleted and filled again under the node's feet is read from its first key", async () => {
    await desiredBucket(bus).ensure();
    for (let id = 0; id < 20; id += 1) await put(`router.r${id}`, 10);
    follow();
    await eventually(() => expect(held.size).toBe(20));
    await (await jetstreamManager(bus.nats())).streams.delete(`KV_${desiredBucketName}`);
    await desiredBucket(bus).ensure();
    await put("router.r1", 30);
    await commit(30);
    await eventually(() => expect(heldNow()).toEqual({ "router.r1": 30, manifest: 30 }));
  });

  test("a bucket restored from an old copy is read as it now is", async () => {
    await desiredBucket(bus).ensure();
    await put("router.r1", 10);
    follow();
    await eventually(() => expect(heldNow()).toEqual({ "router.r1": 10 }));
    await nats.stop();
    await cp(nats.storeDir, `${nats.storeDir}-copy`, { recursive: true });
    await nats.restart();
    await eventually(() => put("router.r1", 20));
    await eventually(() => expect(heldNow()).toEqual({ "router.r1": 20 }));
    await nats.stop();
    await nats.wipe();
    await cp(`${nats.storeDir}-copy`, nats.storeDir, { recursive: true });
    await rm(`${nats.storeDir}-copy`, { recursive: true });
    await nats.restart();
    await eventually(() => expect(heldNow()).toEqual({ "router.r1": 10 }));
  });

  test("garbage under a key is left out, and what follows it still arrives", async () => {
    const bucket = desiredBucket(bus);
    await bucket.ensure();
    await bucket.put(desiredKey(node, "router.r1"), new TextEncoder().encode("{"), 0);
    await bucket.put(`${node}.kraken.k1`, new TextEncoder().encode("{}"), 0);
    await bucket.put(
      desiredKey(node, "router.r2"),
      new TextEncoder().encode('{"logId":"l","position":-1,"gone":{}}'),
      0,
    );
    await put("router.r3", 10);
    follow();
    await eventually(() => expect(heldNow()).toEqual({ "router.r3": 10 }));
  });

  function follow(): void {
    stop = watchDesired(
      bus,
      node,
      {
        reset: () => {
          resets += 1;
          held = new Map();
        },
        resource: (key, value) => held.set(key, value.position),
        manifest: (manifest) => held.set("manifest", manifest.position),
      },
      logger,
    );
  }

  function heldNow(): Record<string, number> {
    return Object.fromEntries(held);
  }

  async function put(key: ResourceKey, position: number, nodeId = node): Promise<void> {
    const value = DesiredResource.fromPartial({
      logId: "log-1",
      epoch: 1,
      position,
      resource: { $case: "gone", value: {} },
    });
    await write(desiredKey(nodeId, key), encodeDesiredResource(value));
  }

  async function commit(position: number): Promise<void> {
    const manifest = NodeManifest.fromPartial({ logId: "log-1", epoch: 1, position, digest: manifestDigest([]) });
    await write(manifestKey(node), encodeNodeManifest(manifest));
  }

  async function write(key: string, value: Uint8Array): Promise<void> {
    const bucket = desiredBucket(bus);
    await bucket.put(key, value, (await bucket.get(key))?.revision ?? 0);
  }
});
