import { type PacketCapture, startCapture, startPing } from "@rhumbline/infra/lab";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { expectVerified } from "../../support/expect-verified.ts";
import { type NodeLab, startNodeLab } from "../../support/node-lab.ts";
import { requiresRoot } from "../../support/requires-root.ts";

describe("routers that move from node to node", requiresRoot, () => {
  let nodes: NodeLab;
  let address: string;

  beforeAll(async () => {
    nodes = await startNodeLab("node1", "node2");
    address = await nodes.makeRouter("r1");
  }, 400_000);
  afterAll(() => nodes.down());

  const other = (name: string): string => (name === "node1" ? "node2" : "node1");

  test("a planned move: hardly a moment without an answer, and never two nodes that answer", async () => {
    const from = await nodes.nodeOf("r1");
    const to = other(from);
    const captures = await Promise.all(["node1", "node2"].map((name) => echoRepliesLeaving(name)));
    const ping = await startPing(nodes.outside, address);
    await nodes.stack.json("router", "move", "r1", "--node", to, "--wait");
    expect(await nodes.nodeOf("r1")).toBe(to);
    const { sent, lost, longestGapMs } = await ping.stop();
    const [first, second] = await Promise.all(captures.map((capture) => capture.stop().then(timesOf)));
    process.stdout.write(`planned move: ${lost.length} of ${sent} lost, longest silence ${longestGapMs} ms\n`);
    const overlapMs = overlapOf(first ?? [], second ?? []);
    process.stdout.write(`planned move: time in which both nodes answered: ${overlapMs} ms\n`);
    expect(overlapMs).toBeLessThan(1000);
    expect(longestGapMs).toBeLessThan(3000);
  });

  test("a node with routers is not deleted, and a move to a node that can't hold it is refused, with the reason", async () => {
    const from = await nodes.nodeOf("r1");
    const refused = await nodes.stack.rhumb("node", "delete", from);
    expect(refused.stderr).toMatch(/still has routers/);
    await nodes.stack.json("node", "cordon", other(from));
    const move = await nodes.stack.rhumb("router", "move", "r1", "--node", other(from));
    expect(move.stderr).toMatch(/is cordoned, so it can't hold router/);
    await nodes.stack.json("node", "uncordon", other(from));
  });

  test("a drain moves all routers, tells how far it is, and goes on after the scheduler was killed in the middle", async () => {
    const from = await nodes.nodeOf("r1");
    await nodes.stack.json("node", "cordon", other(from));
    const addresses = [address];
    for (const name of ["r2", "r3", "r4"]) addresses.push(await nodes.makeRouter(name));
    await nodes.stack.json("node", "uncordon", other(from));
    const { node } = await nodes.stack.json<{ node: { drain: { routersAtStart: number } } }>(
      ...["node", "drain", from, "--at-once", "1"],
    );
    expect(node.drain.routersAtStart).toBe(4);
    await eventually(async () => {
      const { drain } = await nodes.registered(from);
      expect(drain === undefined ? 4 : (drain.routersMoved ?? 0)).toBeGreaterThan(0);
    });
    await nodes.stack.kill(["router-scheduler"]);
    await nodes.stack.start(["router-scheduler"]);
    await nodes.stack.ready(2);
    const drained = await nodes.stack.rhumb("node", "drain", from, "--at-once", "1", "--wait");
    expect(drained).toMatchObject({ code: 0, stderr: "" });
    for (const name of ["r1", "r2", "r3", "r4"]) expect(await nodes.nodeOf(name)).toBe(other(from));
    for (const each of addresses) await eventually(async () => expect(await nodes.answers(each)).toBe(true));
    expect((await nodes.registered(from)).cordoned).toBe(true);
    await eventually(async () => expect(await nodes.lab.host(from).netnsNames()).toEqual([]));
    await nodes.stack.json("node", "uncordon", from);
  });

  test("log, bucket and kernels agree after all moves", () => expectVerified(nodes.stack));

  function echoRepliesLeaving(name: string): Promise<PacketCapture> {
    return startCapture(nodes.lab.host(name), "eth1", `icmp[icmptype] == icmp-echoreply and src host ${address}`);
  }
});

/** ms since 1970 of each captured packet. */
const timesOf = (packets: readonly string[]): number[] => packets.map((line) => Number(line.split(" ")[0]) * 1000);

/** How long the two sent answers at the same time. */
function overlapOf(a: readonly number[], b: readonly number[]): number {
  if (a.length === 0 || b.length === 0) return 0;
  const [firstOfA, lastOfA, firstOfB, lastOfB] = [Math.min(...a), Math.max(...a), Math.min(...b), Math.max(...b)];
  return Math.max(0, Math.round(Math.min(lastOfA, lastOfB) - Math.max(firstOfA, firstOfB)));
}
