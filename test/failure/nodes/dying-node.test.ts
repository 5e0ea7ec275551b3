import { startPing } from "@rhumbline/infra/lab";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { type NodeLab, startNodeLab } from "../../support/node-lab.ts";
import { requiresRoot } from "../../support/requires-root.ts";

describe("nodes that die or seem to", requiresRoot, () => {
  let nodes: NodeLab;
  let address: string;
  let owner: string;

  beforeAll(async () => {
    nodes = await startNodeLab("node1", "node2", "node3");
    address = await nodes.makeRouter("r1");
    owner = await nodes.nodeOf("r1");
    await eventually(async () => {
      for (const name of ["node1", "node2", "node3"])
        expect((await nodes.registered(name)).liveness).toMatchObject({ dataPlane: "DATA_PLANE_ANSWERS" });
    });
  }, 400_000);
  afterAll(() => nodes.down());

  const on = (name: string, ...argv: string[]) => nodes.lab.host(name).output(argv);
  const qrouters = (name: string): Promise<string[]> => nodes.lab.host(name).netnsNames();

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
    const { lost, sent, longestGapMs } = await ping.stop();
    process.stdout.write(
      `NATS cut from one node: ${lost.length} of ${sent} lost, longest silence ${longestGapMs} ms\n`,
    );
    expect(lost).toEqual([]);
  });

  test("a node cut off from NATS and all peers closes its doors before another opens; back again, it takes its router down", async () => {
    const from = owner;
    const ping = await startPing(nodes.outside, address);
    await on(from, "ip", "link", "set", "eth0", "down");
    await eventually(async () => expect(await nodes.nodeOf("r1")).not.toBe(from));
    owner = await nodes.nodeOf("r1");
    await eventually(async () => expect(await nodes.answers(address)).toBe(true));
    // It holds the router still, behind doors that are closed.
    expect(await qrouters(from)).toHaveLength(1);
    expect(await on(from, "ip", "-brief", "link", "show", "type", "veth")).toMatch(/^tap\S+ +DOWN/m);
    const { lost, sent, longestGapMs } = await ping.stop();
    process.stdout.write(`cut off: ${lost.length} of ${sent} lost, longest silence ${longestGapMs} ms\n`);
    await on(from, "ip", "link", "set", "eth0", "up");
    await eventually(async () => expect(await qrouters(from)).toEqual([]));
    await eventually(async () => expect((await nodes.registered(from)).alive).toBe(true));
    expect(await nodes.nodeOf("r1")).toBe(owner);
  });

  test("a node without power: its router answers elsewhere within seconds", async () => {
    const from = owner;
    const ping = await startPing(nodes.outside, address);
    await nodes.lab.host(from).powerOff();
    await eventually(async () => expect(await nodes.nodeOf("r1")).not.toBe(from));
    await eventually(async () => expect(await nodes.answers(address)).toBe(true));
    owner = await nodes.nodeOf("r1");
    const { lost, sent, longestGapMs } = await ping.stop();
    process.stdout.write(`power-off: ${lost.length} of ${sent} lost, longest silence ${longestGapMs} ms\n`);
    expect((await nodes.registered(from)).liveness?.failedReason).toMatch(/no heartbeat for 1000 ms/);
    // Ten times what is usual.
    expect(longestGapMs).toBeLessThan(30_000);
  });
});
