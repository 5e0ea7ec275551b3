import { monitorKernelWrites, startPing } from "@rhumbline/infra/lab";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectVerified } from "../../support/expect-verified.ts";
import { requiresRoot } from "../../support/requires-root.ts";
import { type StackInstance, type StackLab, startStackLab } from "../../support/stack-lab.ts";

describe("an instance's port that moves from node to node", requiresRoot, () => {
  let stack: StackLab;
  let moving: StackInstance;
  let onlooker: StackInstance;

  beforeAll(async () => {
    stack = await startStackLab("node1", "node2", "node3");
    await stack.createNetwork("web", "10.0.0.0/24");
    moving = await stack.createInstance("moving", { network: "web", node: "node1" });
    // So that the network is on the new node before the port is.
    await stack.createInstance("other", { network: "web", node: "node2" });
    onlooker = await stack.createInstance("onlooker", { network: "web", node: "node3" });
    await stack.reaches(onlooker, moving.address);
  }, 600_000);
  afterAll(() => stack?.down());

  test("has its forwarding entries replaced on a third node, and never deleted", async () => {
    const monitor = await monitorKernelWrites(stack.node("node3"));
    await stack.node("node2").plugInstance(moving.plan);
    await bindTo("node2");
    await stack.reaches(onlooker, moving.address);
    const written = (await monitor.stop()).map(({ text }) => text).filter((text) => text.includes(moving.mac));
    expect(written).toContainEqual(expect.stringContaining(`${stack.node("node2").address} dev`));
    expect(written.filter((text) => text.includes("Deleted"))).toEqual([]);
  });

  test("is found again by an instance on the node that it left", async () => {
    const left = await stack.createInstance("left", { network: "web", node: "node1" });
    await stack.reaches(left, moving.address);
    const ping = await startPing(left, moving.address);
    await bindTo("node1");
    await stack.reaches(left, moving.address);
    await bindTo("node2");
    await stack.reaches(left, moving.address);
    const { sent, received } = await ping.stop();
    process.stdout.write(`moved there and back: ${received} of ${sent} answered\n`);
    expect(received).toBeGreaterThan(0);
  });

  test("log, bucket and kernels agree", () => expectVerified(stack.stack));

  const bindTo = (node: string) => stack.stack.json("port", "set", moving.portId, "--host", node, "--wait");
});
