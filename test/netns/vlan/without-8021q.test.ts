import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { type NodeLab, startNodeLab } from "../../support/node-lab.ts";
import { requiresNoVlans } from "../../support/requires-vlans.ts";

describe("where the kernel makes no VLAN devices", requiresNoVlans, () => {
  let nodes: NodeLab;

  beforeAll(async () => {
    nodes = await startNodeLab("node1");
    await nodes.createNetwork(
      "red",
      "10.0.0.0/24",
      "--type",
      "vlan",
      "--physical-network",
      "physnet1",
      "--segment",
      "101",
    );
  }, 400_000);
  afterAll(() => nodes?.down());

  test("the node declares what its kernel can do", async () => {
    const { capabilities } = await nodes.registered("node1");
    expect(capabilities).toContain("vxlan");
    expect(capabilities).not.toContain("vlan");
  });

  test("a port that is bound there is in error, and says why", async () => {
    await nodes.stack.json("port", "create", "p1", "--network", "red", "--host", "node1");
    await eventually(async () => {
      const { port } = await nodes.stack.json<{ port: object }>("port", "get", "p1");
      expect(port).toMatchObject({
        status: "PORT_STATUS_ERROR",
        statusReason: expect.stringMatching(
          /kernel makes no VLAN devices \(802\.1q\): Error: Unknown device type\..* on node node1/,
        ),
      });
    });
  });

  test("a router on a VLAN network is given to no node, and the explanation names the reason of each", async () => {
    await nodes.stack.json("router", "create", "r1");
    await nodes.stack.json("router", "add-interface", "r1", "--subnet", "red");
    await eventually(async () => {
      const { stdout } = await nodes.stack.rhumb("explain", "router", "r1");
      expect(stdout).toContain("node1");
      expect(stdout).toContain("makes no VLAN devices (no 802.1q in its kernel)");
    });
  });

  test("a network that needs no tag is none the worse for it", async () => {
    await nodes.makeRouter("r2");
    const web = await nodes.makeInstance("web", { router: "r2", cidr: "10.0.1.0/24", node: "node1" });
    await nodes.reaches(web, "198.18.200.1");
  });
});
