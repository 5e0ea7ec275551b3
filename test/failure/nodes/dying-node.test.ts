import { setTimeout as pause } from "node:timers/promises";
import { startPing } from "@rhumbline/infra/lab";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { expectToGoOn, holdConnection, serveEcho } from "../../support/held-connections.ts";
import { type NodeLab, startNodeLab } from "../../support/node-lab.ts";
import { requiresRoot } from "../../support/requires-root.ts";
import { watchOwners } from "../../support/two-owners.ts";

const names = ["node1", "node2", "node3"];
/** Several times the delay after which routers of dead nodes go elsewhere. */
const longEnoughMs = 4_000;

describe("nodes that die or seem to", requiresRoot, () => {
  let nodes: NodeLab;
  let address: string;
  let owner: string;

  beforeAll(async () => {
    nodes = await startNodeLab(...names);
    address = await nodes.makeRouter("r1");
    owner = await nodes.nodeOf("r1");
    await untilAllAnswer();
  }, 400_000);
  afterAll(() => nodes?.down());

  const on = (name: string, ...argv: string[]) => nodes.lab.host(name).output(argv);
  const others = (name: string): string[] => names.filter((each) => each !== name);

  test("a node that lost NATS alone keeps its routers, and loses no packet", async () => {
    const ping = await startPing(nodes.outside, address);
    await on(owner, "iptables", "-I", "OUTPUT", "-p", "tcp", "--dport", "4222", "-j", "DROP");
    await eventually(async () => expect((await nodes.registered(owner)).alive ?? false).toBe(false));
    const { liveness } = await nodes.registered(owner);
    expect(liveness).toMatchObject({ dataPlane: "DATA_PLANE_ANSWERS" });
    expect(liveness?.failed ?? false).toBe(false);
    expect(await nodes.nodeOf("r1")).toBe(owner);
    await on(owner, "iptables", "-D", "OUTPUT", "-p", "tcp", "--dport", "4222", "-j", "DROP");
    await eventually(async () => expect((await nodes.registered(owner)).alive).toBe(true));
    expect((await ping.stop()).lost).toEqual([]);
  });

  test("NATS away from all of them: no router moves, no door is closed, no packet is lost", async () => {
    const ping = await startPing(nodes.outside, address);
    await nodes.stack.kill(["nats"]);
    await pause(longEnoughMs);
    await nodes.stack.start(["nats"]);
    await untilAllAnswer();
    expect(await nodes.nodeOf("r1")).toBe(owner);
    expect((await ping.stop()).lost).toEqual([]);
  });

  test("most nodes cut off: no router moves; its owner closes its doors, and opens them when it is accepted again", async () => {
    const cut = [owner, ...others(owner).slice(1)];
    for (const name of cut) await on(name, "ip", "link", "set", "eth0", "down");
    await eventually(async () => expect(await nodes.answers(address)).toBe(false));
    await pause(longEnoughMs);
    expect(await nodes.nodeOf("r1")).toBe(owner);
    for (const name of cut) await on(name, "ip", "link", "set", "eth0", "up");
    await eventually(async () => expect(await nodes.answers(address)).toBe(true));
    await untilAllAnswer();
    expect(await nodes.nodeOf("r1")).toBe(owner);
  });

  test("a node cut off from NATS and all peers closes its doors before another opens, and opens none before it knows better", async () => {
    const from = owner;
    const twoOwners = await watchOwners(nodes, names, address);
    const ping = await startPing(nodes.outside, address);
    await on(from, "ip", "link", "set", "eth0", "down");
    await eventually(async () => expect(await nodes.nodeOf("r1")).not.toBe(from));
    owner = await nodes.nodeOf("r1");
    await eventually(async () => expect(await nodes.answers(address)).toBe(true));
    await expectClosed(from);
    // As a host that starts knows no more than its disk: it makes the router anew, and lets nobody hear of it.
    await nodes.stack.kill([`agent-${from}`]);
    for (const name of await nodes.lab.host(from).netnsNames()) await on(from, "ip", "netns", "delete", name);
    await nodes.stack.start([`agent-${from}`]);
    await eventually(() => expectClosed(from));
    await on(from, "ip", "link", "set", "eth0", "up");
    await eventually(async () => expect(await nodes.lab.host(from).netnsNames()).toEqual([]));
    await untilAllAnswer();
    expect(await nodes.nodeOf("r1")).toBe(owner);
    const { longestGapMs } = await ping.stop();
    process.stdout.write(`cut off: longest silence ${longestGapMs} ms\n`);
    expect(await twoOwners()).toBeLessThan(1000);
  });

  test("a node without power: its router answers elsewhere within seconds, and connections of its floating IPs go on", async () => {
    const from = owner;
    const [neighbour = ""] = others(from);
    const web = await nodes.makeInstance("web", { router: "r1", cidr: "10.0.0.0/24", node: neighbour });
    const floatingIp = await nodes.makeFloatingIp("web");
    await serveEcho(web, "web");
    const connection = await holdConnection(nodes.outside, floatingIp, "failover");
    const ping = await startPing(nodes.outside, address);
    await nodes.lab.host(from).powerOff();
    await eventually(async () => expect(await nodes.nodeOf("r1")).not.toBe(from));
    await eventually(async () => expect(await nodes.answers(address)).toBe(true));
    const { longestGapMs } = await ping.stop();
    process.stdout.write(`power-off: longest silence ${longestGapMs} ms\n`);
    expect((await nodes.registered(from)).liveness?.failedReason).toMatch(/no heartbeat for 1000 ms/);
    // Ten times what is usual.
    expect(longestGapMs).toBeLessThan(30_000);
    await expectToGoOn(connection);
  });

  /** The node holds the router, behind doors that are closed. */
  async function expectClosed(node: string): Promise<void> {
    expect(await nodes.lab.host(node).netnsNames()).toHaveLength(1);
    expect(await on(node, "ip", "-brief", "link", "show", "type", "veth")).toMatch(/^tap\S+ +DOWN/m);
  }

  async function untilAllAnswer(): Promise<void> {
    await eventually(async () => {
      for (const name of names)
        expect(await nodes.registered(name)).toMatchObject({
          alive: true,
          liveness: { dataPlane: "DATA_PLANE_ANSWERS" },
        });
    });
  }
});
