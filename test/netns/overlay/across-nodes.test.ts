import { startCapture } from "@rhumbline/infra/lab";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { expectVerified } from "../../support/expect-verified.ts";
import { requiresRoot } from "../../support/requires-root.ts";
import { type StackInstance, type StackLab, startStackLab } from "../../support/stack-lab.ts";

const overlay = "udp port 4789";

describe("a network on several nodes", requiresRoot, () => {
  let stack: StackLab;
  let first: StackInstance;
  let second: StackInstance;
  let vni: number;

  beforeAll(async () => {
    stack = await startStackLab("node1", "node2", "node3");
    await stack.createNetwork("web", "10.0.0.0/24");
    await stack.stack.json("subnet", "create", "web6", "--network", "web", "--cidr", "2001:db8:0:1::/64");
    first = await stack.createInstance("first", { network: "web", node: "node1" });
    second = await stack.createInstance("second", { network: "web", node: "node2" });
    const { network } = await stack.stack.json<{ network: { segment: { segmentationId: number } } }>(
      "network",
      "get",
      "web",
    );
    vni = Number(network.segment.segmentationId);
    await stack.reaches(first, second.address);
  }, 600_000);
  afterAll(() => stack?.down());

  test("carries packets of the full MTU from node to node", async () => {
    await first.output(["ping", "-n", "-c", "3", "-i", "0.2", "-M", "do", "-s", "1472", second.address]);
  });

  test("is on no node that nothing of it is on", async () => {
    expect(await stack.node("node3").output(["ip", "-brief", "link"])).not.toMatch(/vxlan|brq/);
  });

  test("sends a frame for a known MAC address to its node alone", async () => {
    const third = await stack.createInstance("third", { network: "web", node: "node3" });
    await stack.reaches(first, third.address);
    const capture = await startCapture(stack.lab.fabric, "node3-eth0", overlay);
    await first.output(["ping", "-n", "-c", "5", "-i", "0.2", second.address]);
    expect((await capture.stop()).filter((packet) => packet.includes("ICMP"))).toEqual([]);
  });

  test("answers ARP and neighbour solicitations for what is known, and asks around for the rest", async () => {
    // As its own address: it may send as nobody else.
    await speakIpv6(first, `${await addressOf(first, ":")}/64`);
    const ipv6OfSecond = await addressOf(second, ":");
    const capture = await startCapture(stack.lab.fabric, "node1-eth0", overlay);
    await first.output(["ip", "neighbour", "flush", "all"]);
    await first.output(["ping", "-n", "-c", "1", "-W", "2", second.address]);
    await first.run(["ping", "-n", "-c", "1", "-W", "1", ipv6OfSecond]);
    await first.run(["ping", "-n", "-c", "1", "-W", "1", "10.0.0.99"]);
    await first.run(["ping", "-n", "-c", "1", "-W", "1", "2001:db8:0:1::99"]);
    const packets = (await capture.stop()).join("\n");
    expect(await first.output(["ip", "neighbour"])).toContain(`${ipv6OfSecond} dev eth0 lladdr ${second.mac}`);
    expect(packets).not.toContain(`who-has ${second.address}`);
    expect(packets).not.toContain(`who has ${ipv6OfSecond}`);
    expect(packets).toContain("who-has 10.0.0.99");
    expect(packets).toContain("who has 2001:db8:0:1::99");
  });

  test("has its entries put right where somebody had a hand in them, and the kernel's own left", async () => {
    const node1 = stack.node("node1");
    const own = (await node1.output(["bridge", "fdb", "show", "dev", `vxlan-${vni}`]))
      .split("\n")
      .filter((line) => / master \S+ permanent/.test(line));
    await node1.output(["bridge", "fdb", "del", second.mac, "dev", `vxlan-${vni}`, "self"]);
    await node1.output(["bridge", "fdb", "del", second.mac, "dev", `vxlan-${vni}`, "master"]);
    await node1.output(["ip", "neighbour", "delete", second.address, "dev", `brq${await networkPrefix()}`]);
    await eventually(async () => {
      expect(await fdb("node1", second.mac)).toMatch(/master \S+ static/);
      expect(await fdb("node1", second.mac)).toContain("self permanent");
      expect(await node1.output(["ip", "neighbour", "show", "nud", "permanent"])).toContain(`${second.address} dev`);
    });
    const after = await node1.output(["bridge", "fdb", "show", "dev", `vxlan-${vni}`]);
    for (const line of own) expect(after).toContain(line);
  });

  async function fdb(node: string, mac: string): Promise<string> {
    const { stdout } = await stack.node(node).run(["bridge", "fdb", "show", "dev", `vxlan-${vni}`]);
    return stdout
      .split("\n")
      .filter((line) => line.startsWith(mac))
      .join("\n");
  }

  test("log, bucket and kernels agree on all of it", () => expectVerified(stack.stack));

  test("loses large packets to a node whose underlay is too small, and that node is known for it", async () => {
    const small = await stack.createInstance("small", { network: "web", node: "node3" });
    await stack.reaches(first, small.address);
    await stack.stack.kill(["agent-node3"]);
    await stack.node("node3").output(["ip", "link", "set", "eth0", "mtu", "1450"]);
    await stack.stack.start(["agent-node3"]);
    const lacking = async (node: string): Promise<number> =>
      (await stack.stack.json<{ node: { missingUnderlayBytes?: number } }>("node", "get", node)).node
        .missingUnderlayBytes ?? 0;
    await eventually(async () => expect(await lacking("node3")).toBe(100));
    expect(await lacking("node1")).toBe(0);

    const ping = (size: string) =>
      first.run(["ping", "-n", "-c", "3", "-i", "0.2", "-W", "1", "-s", size, small.address]);
    expect((await ping("1472")).code).not.toBe(0);
    expect((await ping("1300")).code).toBe(0);
    const { stdout } = await stack.stack.rhumb("explain", "port", "small");
    expect(stdout).toContain("node3 carries 100 bytes too few between the nodes: large packets are lost");
    await stack.stack.json("router", "create", "r1");
    await stack.stack.json("router", "add-interface", "r1", "--subnet", "web", "--wait");
    const explained = await stack.stack.rhumb("explain", "router", "r1");
    expect(explained.stdout).toContain("carries 1450 bytes between the nodes, and its networks need 1550");
  });

  async function networkPrefix(): Promise<string> {
    const { network } = await stack.stack.json<{ network: { id: string } }>("network", "get", "web");
    return network.id.slice(0, 11);
  }

  async function addressOf(instance: StackInstance, mark: string): Promise<string> {
    const { port } = await stack.stack.json<{ port: { fixedIps: { ipAddress: string }[] } }>(
      "port",
      "get",
      instance.portId,
    );
    return port.fixedIps.find(({ ipAddress }) => ipAddress.includes(mark))?.ipAddress ?? "";
  }
});

async function speakIpv6(instance: StackInstance, address: string): Promise<void> {
  await instance.output(["sysctl", "-qw", "net.ipv6.conf.eth0.disable_ipv6=0"]);
  await instance.output(["ip", "address", "add", address, "dev", "eth0", "nodad"]);
}
