import { patience, startCapture } from "@rhumbline/infra/lab";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { expectVerified } from "../../support/expect-verified.ts";
import { type NodeLab, startNodeLab } from "../../support/node-lab.ts";
import { requiresVlans } from "../../support/requires-vlans.ts";
import type { StackInstance } from "../../support/stack-lab.ts";

const onPhysnet1 = ["--type", "vlan", "--physical-network", "physnet1", "--segment"];

/** Between the nodes there is one wire, the provider's, and no overlay is used. */
describe("VLAN networks of two nodes", requiresVlans, () => {
  let nodes: NodeLab;
  let red: StackInstance;
  let farRed: StackInstance;
  let blue: StackInstance;

  beforeAll(async () => {
    nodes = await startNodeLab("node1", "node2");
    await nodes.createNetwork("red", "10.0.0.0/24", ...onPhysnet1, "101");
    await nodes.createNetwork("blue", "10.0.0.0/24", ...onPhysnet1, "102");
    red = await nodes.createInstance("red", { network: "red", node: "node1" });
    farRed = await nodes.createInstance("far-red", { network: "red", node: "node2" });
    blue = await nodes.createInstance("blue", { network: "blue", node: "node2" });
    await nodes.reaches(red, farRed.address);
  }, 600_000 * patience);
  afterAll(() => nodes?.down());

  test("carry packets of the full MTU from node to node, with their tag and in no tunnel", async () => {
    const wire = await startCapture(nodes.lab.fabric, "node2-eth1", "vlan 101 and icmp");
    const underlay = await startCapture(nodes.lab.fabric, "node2-eth0", "udp port 4789");
    await red.output(["ping", "-n", "-c", "3", "-i", "0.2", "-M", "do", "-s", "1472", farRed.address]);
    const tagged = (await wire.stop()).filter((packet) => packet.includes("echo request"));
    expect(tagged.length).toBeGreaterThanOrEqual(3);
    expect(await underlay.stop()).toEqual([]);
  });

  test("are apart, though they share wire, node and addresses", async () => {
    const capture = await startCapture(blue, "eth0", "arp or icmp");
    await red.run(["ping", "-n", "-c", "2", "-W", "1", "10.0.0.99"]);
    await red.output(["ping", "-n", "-c", "2", "-i", "0.2", farRed.address]);
    expect(await capture.stop()).toEqual([]);
  });

  test("lead outside through a router on either node, and in through its floating IP", async () => {
    await nodes.makeRouter("r1");
    await nodes.stack.json("router", "add-interface", "r1", "--subnet", "red", "--wait");
    for (const from of [red, farRed]) await nodes.reaches(from, "198.18.200.1");
    await nodes.makeFloatingIp("far-red");
    const before = await nodes.nodeOf("r1");
    const after = before === "node1" ? "node2" : "node1";
    await nodes.stack.json("router", "move", "r1", "--node", after, "--wait");
    for (const from of [red, farRed]) await nodes.reaches(from, "198.18.200.1");
  });

  test("have their device put right where somebody had a hand in it", async () => {
    const device = `vlan${(await idOf("red")).slice(0, 11)}`;
    const node = nodes.node("node1");
    const drifts = [
      ["ip", "link", "delete", device],
      ["ip", "link", "set", device, "nomaster"],
      ["ip", "link", "set", device, "mtu", "1300"],
      ["ip", "link", "set", "br-ex", "down"],
    ];
    for (const drift of drifts) {
      await node.output(drift);
      if (drift.includes("br-ex")) await node.output(["ip", "link", "set", "br-ex", "up"]);
      await eventually(async () => {
        const line = await node.output(["ip", "-oneline", "-details", "link", "show", device]);
        expect(line).toMatch(/[<,]UP[,>].* mtu 1500 .* master brq.* vlan protocol 802.1Q id 101 /s);
      });
      await nodes.reaches(red, farRed.address);
    }
  });

  test("log, bucket and kernels agree on all of it", () => expectVerified(nodes.stack));

  test("leave nothing behind where they are no more", async () => {
    await nodes.stack.json("port", "delete", "blue");
    await nodes.stack.json("network", "create", "after", ...onPhysnet1, "103");
    const device = `vlan${(await idOf("blue")).slice(0, 11)}`;
    await eventually(async () => {
      expect(await nodes.node("node2").output(["ip", "-brief", "link"])).not.toContain(device);
    });
  });

  const idOf = async (name: string) =>
    (await nodes.stack.json<{ network: { id: string } }>("network", "get", name)).network.id;
});
