import { openChannel } from "@rhumbline/grpc";
import { type Bus, connectBus, type DesiredBucket, desiredBucket } from "@rhumbline/messaging";
import { VerificationServiceService } from "@rhumbline/proto/rhumbline/diagnosis/v1/verification_service";
import { createLogger } from "@rhumbline/telemetry";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { type Installation, startInstallation, startWillingNode } from "./installation.ts";

interface Check {
  readonly what: string;
  readonly differences: readonly { readonly subject: string; readonly expected: string; readonly found: string }[];
}

describe("verification of bucket DESIRED", { timeout: 240_000 }, () => {
  let it: Installation;
  let node: { stop(): Promise<void> };
  let bus: Bus;
  let bucket: DesiredBucket;

  beforeAll(async () => {
    it = await startInstallation();
    node = await startWillingNode(it.nats);
    bus = connectBus({ servers: [it.nats.url], name: "somebody", logger: createLogger("test", "error") });
    bucket = desiredBucket(bus);
    await it.json("network", "create", "web");
    await it.json("subnet", "create", "web-v4", "--network", "web", "--cidr", "10.0.0.0/24");
    await eventually(async () => expect((await it.rhumb("node", "list")).stdout).toContain("alive"));
    await it.json("router", "create", "r1");
    await it.json("router", "add-interface", "r1", "--subnet", "web-v4", "--wait");
  }, 240_000);
  afterAll(async () => {
    await node.stop();
    await bus.close();
    await it.stop();
  });

  const verified = async (): Promise<{ code: number; checks: readonly Check[] }> => {
    const { code, stdout, stderr } = await it.rhumb("verify", "--no-services", "--no-kernel", "-o", "json");
    if (stdout === "") throw new Error(stderr);
    return { code, checks: (JSON.parse(stdout) as { checks: Check[] }).checks };
  };
  const differences = ({ checks }: { checks: readonly Check[] }) => checks.flatMap((check) => check.differences);
  const keyOf = async (kind: string) => {
    const entry = (await bucket.readAll()).find(({ key }) => key.includes(`.${kind}`));
    if (entry === undefined) throw new Error(`the bucket has no ${kind}`);
    return entry;
  };
  const text = (value: Uint8Array): string => new TextDecoder().decode(value);

  test("a bucket that nobody meddled with is as the log says, key by key", async () => {
    const { code, checks } = await verified();
    expect({ code, differences: differences({ checks }) }).toEqual({ code: 0, differences: [] });
    expect(checks.map(({ what }) => what)).toContainEqual(expect.stringMatching(/^bucket host-/));
  });

  test("a key that was changed is told with both values", async () => {
    const { key, value, revision } = await keyOf("router");
    const changed = text(value).replace("10.0.0.1/24", "10.0.0.9/24");
    const written = await bucket.put(key, new TextEncoder().encode(changed), revision);
    const found = await verified();
    expect(found.code).toBe(3);
    expect(differences(found)).toEqual([
      {
        subject: key.slice(key.indexOf(".") + 1),
        expected: expect.stringContaining("10.0.0.1/24"),
        found: expect.stringContaining("10.0.0.9/24"),
      },
    ]);
    await bucket.put(key, value, written);
    expect((await verified()).code).toBe(0);
  });

  test("a key that is none of the log's is told, and so is what is no value at all", async () => {
    const { key, value } = await keyOf("router");
    const extra = `${key.split(".")[0]}.port.${crypto.randomUUID()}`;
    const revisions = [await bucket.put(extra, value, 0), await bucket.put("stray", new TextEncoder().encode("{"), 0)];
    const found = await verified();
    expect(found.code).toBe(3);
    expect(differences(found)).toEqual(
      expect.arrayContaining([
        { subject: extra.slice(extra.indexOf(".") + 1), expected: "", found: expect.stringContaining("router") },
        { subject: "stray", expected: "", found: "not a desired value: {" },
      ]),
    );
    await bucket.purge(extra, revisions[0] ?? 0);
    await bucket.purge("stray", revisions[1] ?? 0);
    await eventually(async () => expect((await verified()).code).toBe(0));
  });

  test("a manifest that was changed is told", async () => {
    const { key, value, revision } = await keyOf("manifest");
    const changed = text(value).replace(/"digest":"(.)/, (_, digit) => `"digest":"${digit === "a" ? "b" : "a"}`);
    const written = await bucket.put(key, new TextEncoder().encode(changed), revision);
    const found = await verified();
    expect(differences(found)).toMatchObject([{ subject: "manifest" }]);
    await bucket.put(key, value, written);
    expect((await verified()).code).toBe(0);
  });

  test("a key that was taken away is told, and put back soon", async () => {
    const { key } = await keyOf("router");
    const subject = key.slice(key.indexOf(".") + 1);
    const scheduler = openChannel(it.schedulerAddress);
    // The publisher looks every few seconds, and may have put it back before the first look.
    await eventually(async () => {
      await bucket.purge(key, (await bucket.get(key))?.revision ?? 0);
      const { nodes } = await scheduler.client(VerificationServiceService).verifyDesiredState({});
      const missing = { subject, expected: expect.stringContaining("10.0.0.1/24"), found: "" };
      expect(nodes.flatMap((node) => node.differences)).toEqual([missing]);
    });
    scheduler.close();
    await eventually(async () => expect((await verified()).code).toBe(0));
  });

  test("without the bus the bucket is not verified, and the services are all the same", async () => {
    await node.stop();
    await it.nats.kill();
    const { code, stdout } = await it.rhumb("verify", "--no-kernel");
    expect(code).toBe(1);
    expect(stdout).toMatch(/^service topology .* equal$/m);
    expect(stdout).toMatch(/^bucket DESIRED .* not verified +.*BUS_UNAVAILABLE/m);
  });
});
