import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Installation, type Outcome, startInstallation, startWillingNode } from "./installation.ts";

const sample = join(import.meta.dirname, "../../../docs/examples/topology.yaml");

describe("rhumb wait", { timeout: 240_000 }, () => {
  let it: Installation;
  const wait = (...args: readonly string[]): Promise<Outcome> => it.rhumb("wait", ...args);
  const done = { code: 0, stdout: "", stderr: "" };

  beforeAll(async () => {
    it = await startInstallation();
    expect(await it.rhumb("apply", "-f", sample)).toMatchObject({ code: 0 });
  }, 240_000);
  afterAll(() => it.stop());

  test("returns when a node has it, and says before what it is instead", async () => {
    const late = await wait("router", "edge", "--for", "status=ACTIVE", "--timeout", "1");
    expect(late.code).toBe(1);
    expect(late.stderr).toMatch(/router \S+ is BUILD after 1 s, and not ACTIVE/);
    const node = await startWillingNode(it.nats);
    try {
      expect(await wait("router", "edge", "--for", "status=active")).toEqual(done);
      expect(await wait("router", "edge", "--for", "realised")).toEqual(done);
    } finally {
      await node.stop();
    }
  });

  test("returns when it is deleted, and at once when it is not there any more", async () => {
    await it.rhumb("network", "create", "short");
    const waiting = wait("network", "short", "--for", "deleted");
    await it.rhumb("network", "delete", "short");
    expect(await waiting).toEqual(done);
    expect(await wait("network", "short", "--for", "deleted")).toEqual(done);
    expect((await wait("network", "short", "--for", "status=ACTIVE")).stderr).toContain('no network is called "short"');
  });

  test("what can't be waited for is refused", async () => {
    expect((await wait("subnet", "web-v4", "--for", "realised")).code).toBe(2);
    expect((await wait("router", "edge", "--for", "gladness")).code).toBe(2);
    expect((await wait("router", "edge")).code).toBe(2);
  });

  test("an agent that isn't there is named", async () => {
    const { code, stderr } = await it.rhumb("node", "status", crypto.randomUUID(), "--agent", "127.0.0.1:1");
    expect(code).toBe(1);
    expect(stderr).toContain("the agent at 127.0.0.1:1: ");
  });
});
