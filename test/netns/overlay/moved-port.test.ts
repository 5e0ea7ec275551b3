import { monitorKernelWrites, startCapture, startPing } from "@rhumbline/infra/lab";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectVerified } from "../../support/expect-verified.ts";
import { requiresRoot } from "../../support/requires-root.ts";
import { type StackInstance, type StackLab, startStackLab } from "../../support/stack-lab.ts";

describe("an instance's port that moves from node to node", requiresRoot, () => {
  let stack: StackLab;
  let moving: StackInstance;
  let onlooker: StackInstance;
  let other: StackInstance;

  beforeAll(async () => {
    stack = await startStackLab("node1", "node2", "node3");
    await stack.createNetwork("web", "10.0.0.0/24");
    moving = await stack.createInstance("moving", { network: "web", node: "node1" });
    // So that the network is on the new node before the port is.
    other = await stack.createInstance("other", { network: "web", node: "node2" });
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

  describe("around a live migration", () => {
    const move = (...flags: string[]) => stack.stack.rhumb("port", "move", moving.portId, ...flags);
    const device = async (node: string, name: string): Promise<string> =>
      (await stack.node(node).run(["ip", "-oneline", "link", "show", name])).stdout;

    test("is made ready on the other node, where its device is kept off the network, and served where it is", async () => {
      await bindTo("node1");
      await stack.node("node2").netns(moving.plan.name).output(["ip", "link", "delete", "eth0"]);
      const early = await move("--host", "node2", "--device", "vnet8", "--prepare", "--timeout", "1");
      expect(early.code).not.toBe(0);
      expect(early.stderr).toContain("waiting for device vnet8 on node node2");
      expect(early.stderr).toContain("the port is served where it was");
      await stack.node("node2").plugInstance({ ...moving.plan, name: "arriving", device: "vnet8" });
      expect(await move("--host", "node2", "--device", "vnet8", "--prepare")).toMatchObject({ code: 0 });
      expect(await device("node2", "vnet8")).toContain("group 120");
      expect(await device("node2", "vnet8")).not.toContain("master");
      await stack.reaches(onlooker, moving.address);
    });

    test("is taken over with hardly a moment of silence, and no frame for it goes to a third node", async () => {
      const reaching = await startCapture(stack.lab.fabric, "node3-eth0", "udp port 4789");
      const pings = [await startPing(onlooker, moving.address, 10), await startPing(other, moving.address, 10)];
      expect(await move("--finish", "--wait")).toMatchObject({ code: 0 });
      await stack.reaches(onlooker, moving.address);
      for (const ping of pings) {
        const { sent, lost, longestGapMs } = await ping.stop();
        process.stdout.write(`live migration: ${lost.length} of ${sent} lost, longest silence ${longestGapMs} ms\n`);
        expect(longestGapMs).toBeLessThan(3000);
      }
      const requests = (await reaching.stop()).filter((packet) => packet.includes("ICMP echo request"));
      expect(requests.length).toBeGreaterThan(0);
      expect(requests.filter((packet) => packet.includes(`${other.address} > ${moving.address}`))).toEqual([]);
      expect(await stack.node("node2").output(["bridge", "fdb", "show", "dev", "vnet8"])).toContain(moving.mac);
      expect(await device("node1", moving.tapDevice)).not.toMatch(/master|group 120/);
    });

    test("that fails is given up, and the port stays", async () => {
      expect(await move("--host", "node1", "--prepare")).toMatchObject({ code: 0 });
      expect((await move("--host", "node3")).stderr).toContain("is on its way to device");
      expect(await move("--abort", "--wait")).toMatchObject({ code: 0 });
      expect(await device("node1", moving.tapDevice)).not.toMatch(/master|group 120/);
      expect((await move("--finish")).stderr).toContain("is not on its way to another node");
      await stack.reaches(onlooker, moving.address);
    });
  });

  test("log, bucket and kernels agree", () => expectVerified(stack.stack));

  const bindTo = (node: string) => stack.stack.json("port", "set", moving.portId, "--host", node, "--wait");
});
