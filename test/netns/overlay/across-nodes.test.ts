import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { requiresRoot } from "../../support/requires-root.ts";
import { type StackInstance, type StackLab, startStackLab } from "../../support/stack-lab.ts";

describe("a network on several nodes", requiresRoot, () => {
  let stack: StackLab;
  let first: StackInstance;
  let second: StackInstance;

  beforeAll(async () => {
    stack = await startStackLab("node1", "node2", "node3");
    await stack.createNetwork("web", "10.0.0.0/24");
    first = await stack.createInstance("first", { network: "web", node: "node1" });
    second = await stack.createInstance("second", { network: "web", node: "node2" });
  });
  afterAll(() => stack?.down());

  test("carries packets of the full MTU from node to node", async () => {
    await stack.reaches(first, second.address);
    await first.output(["ping", "-n", "-c", "3", "-i", "0.2", "-M", "do", "-s", "1472", second.address]);
  });

  test("is on no node that nothing of it is on", async () => {
    expect(await stack.node("node3").output(["ip", "-brief", "link"])).not.toMatch(/vxlan|brq/);
  });
});
