import { startPing } from "@rhumbline/infra/lab";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { expectToGoOn, holdConnection, serveEcho } from "../../support/held-connections.ts";
import { type NodeLab, startNodeLab } from "../../support/node-lab.ts";
import { requiresRoot } from "../../support/requires-root.ts";
import type { StackInstance } from "../../support/stack-lab.ts";
import { watchOwners } from "../../support/two-owners.ts";

describe("routers that move from node to node", requiresRoot, () => {
  let nodes: NodeLab;
  let address: string;
  let web: StackInstance;
  let db: StackInstance;
  let floatingIp: string;

  beforeAll(async () => {
    nodes = await startNodeLab("node1", "node2");
    address = await nodes.makeRouter("r1");
    web = await nodes.makeInstance("web", { router: "r1", cidr: "10.0.0.0/24", node: "node1" });
    db = await nodes.makeInstance("db", { router: "r1", cidr: "10.0.1.0/24", node: "node2" });
    floatingIp = await nodes.makeFloatingIp("web");
    await nodes.reaches(web, db.address);
    await serveEcho(web, "web");
    await serveEcho(nodes.outside, "outside");
  }, 400_000);
  afterAll(() => nodes?.down());

  const other = (name: string): string => (name === "node1" ? "node2" : "node1");

  test("a planned move: hardly a moment without an answer, and never two nodes that answer", async () => {
    const to = other(await nodes.nodeOf("r1"));
    const twoOwners = await watchOwners(nodes, ["node1", "node2"], address);
    const ping = await startPing(nodes.outside, address);
    const between = await startPing(web, db.address);
    await move(to);
    const [outside, inside] = [await ping.stop(), await between.stop()];
    expect(await twoOwners()).toBeLessThan(1000);
    for (const { longestGapMs } of [outside, inside]) expect(longestGapMs).toBeLessThan(3000);
  });

  test("connections of a floating IP go on, whoever speaks; those by the router's own address end", async () => {
    const inward = await holdConnection(nodes.outside, floatingIp, "inward");
    const outward = await holdConnection(web, "198.18.200.1", "outward");
    const shared = await holdConnection(db, "198.18.200.1", "shared");
    await move(other(await nodes.nodeOf("r1")));
    await expectToGoOn(inward);
    await expectToGoOn(outward);
    await eventually(() => expect(shared.end()).toBe("ECONNRESET"));
  });

  test("a node with routers is not deleted, and a move to a node that can't hold it is refused, with the reason", async () => {
    const from = await nodes.nodeOf("r1");
    const refused = await nodes.stack.rhumb("node", "delete", from);
    expect(refused.stderr).toMatch(/still has routers/);
    await nodes.stack.json("node", "cordon", other(from));
    const refusedMove = await nodes.stack.rhumb("router", "move", "r1", "--node", other(from));
    expect(refusedMove.stderr).toMatch(/is cordoned, so it can't hold router/);
    await nodes.stack.json("node", "uncordon", other(from));
  });

  async function move(to: string): Promise<void> {
    await nodes.stack.json("router", "move", "r1", "--node", to, "--wait");
    expect(await nodes.nodeOf("r1")).toBe(to);
  }
});
