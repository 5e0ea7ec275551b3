import { cpSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { startPing } from "@rhumbline/infra/lab";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { clockOffBy } from "../../support/clock-off-by.ts";
import { eventually } from "../../support/eventually.ts";
import { expectVerified } from "../../support/expect-verified.ts";
import { type NodeLab, startNodeLab } from "../../support/node-lab.ts";
import { requiresRoot } from "../../support/requires-root.ts";

const data = "/var/lib/rhumbline/agent";

/** So many that what a node is told of their router is more than the room that is left in the last page of a file: on a full
 *  disk no change of it can be kept. */
const interfaces = 20;

describe("nodes that something is wrong with", requiresRoot, () => {
  let nodes: NodeLab;
  let address: string;

  beforeAll(async () => {
    nodes = await startNodeLab("node1", "node2");
    await nodes.stack.json("node", "cordon", "node2");
    address = await nodes.makeRouter("r1");
    for (let index = 1; index <= interfaces; index++) {
      await nodes.createNetwork(`behind${index}`, `10.7.${index}.0/24`);
      await nodes.stack.json("router", "add-interface", "r1", "--subnet", `behind${index}`, "--wait");
    }
    await nodes.stack.json("node", "uncordon", "node2");
  }, 400_000);
  afterAll(() => nodes?.down());

  test("two hosts with one node id: the second is refused by name, and touches nothing", async () => {
    const id = await nodes.nodeId("node1");
    const ping = await startPing(nodes.outside, address);
    await nodes.stack.kill(["agent-node2"]);
    const [original, clone] = [folderOf("node1"), folderOf("node2")];
    renameSync(clone, `${clone}-own`);
    cpSync(original, clone, { recursive: true });
    await nodes.stack.start(["agent-node2"]);
    await eventually(async () => expect(await statusOf(id, "node2")).toMatch(/is in use by host node1/));
    expect(await nodes.lab.host("node2").netnsNames()).toEqual([]);
    expect((await nodes.registered("node1")).tunnelIp).toBe(nodes.lab.host("node1").address);
    await nodes.stack.kill(["agent-node2"]);
    rmSync(clone, { recursive: true });
    renameSync(`${clone}-own`, clone);
    await nodes.stack.start(["agent-node2"]);
    await nodes.stack.ready(2);
    expect((await ping.stop()).lost).toEqual([]);
  });

  test("a clock that is five minutes off: it is alive, takes a router and gives it back", async () => {
    await nodes.stack.kill(["agent-node2"]);
    await nodes.stack.start(["agent-node2"], clockOffBy(5));
    await nodes.stack.ready(2);
    for (const to of ["node2", "node1"]) {
      await nodes.stack.json("router", "move", "r1", "--node", to, "--wait");
      expect(await nodes.nodeOf("r1")).toBe(to);
      await eventually(async () => expect(await nodes.answers(address)).toBe(true));
    }
    expect((await nodes.registered("node2")).liveness?.failed ?? false).toBe(false);
    await nodes.stack.kill(["agent-node2"]);
    await nodes.stack.start(["agent-node2"]);
    await nodes.stack.ready(2);
  });

  test("a disk that is full: it forwards on and says why it does nothing new; it gets no router, and a drain of it waits for room", async () => {
    const node = nodes.lab.host("node1");
    const ping = await startPing(nodes.outside, address);
    await nodes.stack.kill(["agent-node1"]);
    await node.output(["cp", "-a", data, `${data}-kept`]);
    await node.output(["mount", "-t", "tmpfs", "-o", "size=1m", "none", data]);
    await node.output(["sh", "-c", `cp -a ${data}-kept/. ${data}/`]);
    await nodes.stack.start(["agent-node1"]);
    await nodes.stack.ready(2);
    await node.run(["dd", "if=/dev/zero", `of=${data}/ballast`, "bs=1k"]);
    await nodes.createNetwork("late", "10.0.9.0/24");
    await nodes.stack.json("router", "add-interface", "r1", "--subnet", "late");
    const full = /applies nothing new: .*ENOSPC: no space left/;
    await eventually(async () => expect((await nodes.registered("node1")).refusal).toMatch(/ENOSPC: no space left/));
    await eventually(async () => expect(await objectionsTo("node1", "r1")).toMatch(full));
    for (const name of ["r2", "r3", "r4"]) {
      await nodes.stack.json("router", "create", name, "--wait");
      expect(await nodes.nodeOf(name)).toBe("node2");
    }
    await expect(nodes.stack.json("router", "move", "r2", "--node", "node1")).rejects.toThrow(full);
    await expect(nodes.stack.json("router", "move", "r1", "--node", "node2")).rejects.toThrow(/closed doors included/);
    await nodes.stack.json("node", "drain", "node1");
    expect((await nodes.registered("node1")).drain?.blocked.join()).toMatch(full);
    expect((await ping.stop()).lost).toEqual([]);
    await node.output(["rm", `${data}/ballast`]);
    await eventually(async () => expect((await nodes.registered("node1")).drain).toBeUndefined());
    expect(await nodes.nodeOf("r1")).toBe("node2");
    await eventually(async () => expect(await nodes.answers(address)).toBe(true));
    await nodes.stack.json("node", "uncordon", "node1");
    await nodes.stack.json("router", "move", "r1", "--node", "node1", "--wait");
    await eventually(() => expectVerified(nodes.stack));
  });

  test("a disk that proves full in the middle of a drain: the router stays, the drain says why and goes on with room", async () => {
    const node = nodes.lab.host("node1");
    await node.run(["dd", "if=/dev/zero", `of=${data}/ballast`, "bs=1k"]);
    const ping = await startPing(nodes.outside, address);
    await nodes.stack.json("node", "drain", "node1");
    await eventually(async () => {
      const blocked = (await nodes.registered("node1")).drain?.blocked.join();
      expect(blocked).toMatch(/applies nothing new: .*ENOSPC/);
    });
    expect(await nodes.nodeOf("r1")).toBe("node1");
    expect((await ping.stop()).lost).toEqual([]);
    await node.output(["rm", `${data}/ballast`]);
    await eventually(async () => expect((await nodes.registered("node1")).drain).toBeUndefined());
    expect(await nodes.nodeOf("r1")).toBe("node2");
    await nodes.stack.json("node", "uncordon", "node1");
    await nodes.stack.json("router", "move", "r1", "--node", "node1", "--wait");
    await eventually(() => expectVerified(nodes.stack));
  });

  test("an agent that was stopped for an hour of changes catches up, and what stayed as it was never stops", async () => {
    const ping = await startPing(nodes.outside, address);
    await nodes.stack.kill(["agent-node1"]);
    for (const numbers of [
      [1, 2, 3, 4, 5, 6],
      [1, 3, 5, 7, 8, 9],
      [3, 5, 8],
    ])
      await apply(topology(numbers));
    await nodes.stack.start(["agent-node1"]);
    await eventually(() => expectVerified(nodes.stack));
    expect((await ping.stop()).lost).toEqual([]);
  });

  /** Why the router could not go there, or go there again. */
  async function objectionsTo(node: string, router: string): Promise<string> {
    const { candidates } = await nodes.stack.json<{ candidates: { nodeName: string; objections?: string[] }[] }>(
      ...["explain", "router", router],
    );
    return candidates.find(({ nodeName }) => nodeName === node)?.objections?.join() ?? "";
  }

  const folderOf = (node: string): string => join(nodes.lab.host(node).folder, "var-lib/rhumbline/agent");

  /** The agent's own word. */
  const statusOf = (nodeId: string, host: string): Promise<string> =>
    nodes.lab.host(host).output(["rhumb", "node", "status", nodeId, "--agent", "127.0.0.1:4105"]);

  async function apply(input: string): Promise<void> {
    await nodes.lab.host("control").output(["rhumb", "apply", "-f", "-"], { input });
  }
});

/** The router with a network of each number behind it, and others' legs taken off. */
const topology = (numbers: readonly number[]): string =>
  JSON.stringify([
    ...numbers.flatMap((number) => [
      { kind: "network", name: `net${number}` },
      { kind: "subnet", name: `net${number}-v4`, network: `net${number}`, cidr: `10.1.${number}.0/24` },
    ]),
    { kind: "router", name: "r1", interfaces: numbers.map((number) => ({ subnet: `net${number}-v4` })) },
  ]);
