import { patience } from "@rhumbline/infra/lab";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { expectVerified } from "../../support/expect-verified.ts";
import { type NodeLab, startNodeLab } from "../../support/node-lab.ts";
import { requiresRoot } from "../../support/requires-root.ts";
import type { StackInstance } from "../../support/stack-lab.ts";

describe("instances on the provider's network, on two nodes", requiresRoot, () => {
  let nodes: NodeLab;
  let near: StackInstance;
  let far: StackInstance;

  beforeAll(async () => {
    nodes = await startNodeLab("node1", "node2");
    near = await nodes.createInstance("near", { network: "public", node: "node1" });
    far = await nodes.createInstance("far", { network: "public", node: "node2" });
  }, 600_000 * patience);
  afterAll(() => nodes?.down());

  test("reach each other and the outside, as far as their security group lets them", async () => {
    await nodes.reaches(near, far.address);
    await nodes.reaches(near, "198.18.200.1");
    expect(await nodes.answers(far.address)).toBe(true);
    await nodes.stack.json("security-group", "create", "closed");
    await nodes.stack.json("port", "set", "far", "--security-group", "closed");
    await eventually(async () => expect(await nodes.answers(far.address)).toBe(false));
    await nodes.reaches(far, near.address);
  });

  test("are reached by those behind a router, on the same node and on another", async () => {
    await nodes.makeRouter("r1");
    const inner = await nodes.makeInstance("inner", { router: "r1", cidr: "10.0.1.0/24", node: "node1" });
    await nodes.reaches(inner, near.address);
    const elsewhere = (await nodes.nodeOf("r1")) === "node1" ? "node2" : "node1";
    await nodes.stack.json("router", "move", "r1", "--node", elsewhere, "--wait");
    await nodes.reaches(inner, near.address);
  });

  test("are explained where they are", async () => {
    const { stdout } = await nodes.stack.rhumb("explain", "port", "near");
    expect(stdout).toContain("brq");
  });

  test("log, bucket and kernels agree on all of it", () => expectVerified(nodes.stack));
});
