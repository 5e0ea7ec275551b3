import { outsideIpv6, startPing } from "@rhumbline/infra/lab";
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
    await startByIptables("node2");
    address = await nodes.makeRouter("r1");
    web = await nodes.makeInstance("web", { router: "r1", cidr: "10.0.0.0/24", node: "node1" });
    db = await nodes.makeInstance("db", { router: "r1", cidr: "10.0.1.0/24", node: "node2" });
    floatingIp = await nodes.makeFloatingIp("web");
    await nodes.reaches(web, db.address);
    await serveEcho(web, "web");
    await serveEcho(nodes.outside, "outside");
  }, 400_000);
  afterAll(() => nodes?.down());

  /** What is desired of a router names nobody who writes its rules: it moves between nodes of either kind. */
  async function startByIptables(name: string): Promise<void> {
    const agent = nodes.stack.programs.find((each) => each.name === `agent-${name}`);
    if (agent === undefined) throw new Error(`no agent runs on ${name}`);
    await nodes.stack.kill([agent.name]);
    await nodes.node(name).spawn([...agent.argv, "--backend", "iptables"], { name: agent.name });
    await eventually(async () => expect((await nodes.registered(name)).backend).toBe("iptables"));
  }

  const other = (name: string): string => (name === "node1" ? "node2" : "node1");

  test("a planned move: hardly a moment without an answer, and never two nodes that answer", async () => {
    const to = other(await nodes.nodeOf("r1"));
    const twoOwners = await watchOwners(nodes, ["node1", "node2"], address);
    const ping = await startPing(nodes.outside, address);
    const between = await startPing(web, db.address);
    await move("r1", to);
    const [outside, inside] = [await ping.stop(), await between.stop()];
    expect(await twoOwners()).toBeLessThan(1000);
    for (const { longestGapMs } of [outside, inside]) expect(longestGapMs).toBeLessThan(3000);
  });

  test("connections of a floating IP go on, whoever speaks; those by the router's own address end", async () => {
    const inward = await holdConnection(nodes.outside, floatingIp, "inward");
    const outward = await holdConnection(web, "198.18.200.1", "outward");
    const shared = await holdConnection(db, "198.18.200.1", "shared");
    await move("r1", other(await nodes.nodeOf("r1")));
    await expectToGoOn(inward);
    await expectToGoOn(outward);
    await eventually(() => expect(shared.end()).toBe("ECONNRESET"));
  });

  test("a connection by a port forwarding goes on when the outside speaks", async () => {
    const { floatingIp: shared } = await nodes.stack.json<{ floatingIp: { floatingIpAddress: string } }>(
      ...["floatingip", "create", "public"],
    );
    await serveEcho(db, "db");
    const ports = ["--protocol", "tcp", "--ports", "9000", "--to", "db", "--to-ports", "9000"];
    await nodes.stack.json("port-forwarding", "create", shared.floatingIpAddress, ...ports, "--wait");
    const forwarded = await holdConnection(nodes.outside, shared.floatingIpAddress, "forwarded");
    await move("r1", other(await nodes.nodeOf("r1")));
    await expectToGoOn(forwarded);
  });

  test("IPv6 goes on as IPv4 does, between networks and with the outside", async () => {
    const { externalCidr, gateway, tenants } = outsideIpv6;
    await nodes.stack.json(
      ...["subnet", "create", "public-v6", "--network", "public", "--cidr", externalCidr, "--gateway", gateway],
    );
    await nodes.stack.json(
      ...["security-group", "rule", "create", "default", "--ethertype", "ipv6", "--protocol", "icmpv6"],
    );
    await nodes.makeRouter("r6");
    const { router } = await nodes.stack.json<{ router: { externalGateway: { addresses: { ipAddress: string }[] } } }>(
      ...["router", "get", "r6"],
    );
    const addresses = router.externalGateway.addresses.map(({ ipAddress }) => ipAddress);
    const outward = addresses.find((each) => each.includes(":")) ?? "";
    const provider = nodes.lab.provider;
    await provider.output(["sysctl", "-qw", "net.ipv6.conf.eth0.disable_ipv6=0"]);
    await provider.output(["ip", "address", "add", `${gateway}/64`, "dev", "eth0", "nodad"]);
    await provider.output(["ip", "route", "add", tenants, "via", outward]);
    const six1 = await nodes.makeInstance("six1", { router: "r6", cidr: "2001:db8:1:1::/64", node: "node1" });
    const six2 = await nodes.makeInstance("six2", { router: "r6", cidr: "2001:db8:1:2::/64", node: "node2" });
    const address = async (name: string): Promise<string> =>
      (await nodes.stack.json<{ port: { fixedIps: { ipAddress: string }[] } }>("port", "get", name)).port.fixedIps[0]
        ?.ipAddress ?? "";
    await nodes.reaches(six1, await address("six2"));
    await eventually(
      async () => void (await provider.output(["ping", "-n", "-c", "1", "-W", "1", await address("six1")])),
    );

    const between = await startPing(six1, await address("six2"));
    const fromOutside = await startPing(provider, await address("six1"));
    await move("r6", other(await nodes.nodeOf("r6")));
    for (const { longestGapMs, received } of [await between.stop(), await fromOutside.stop()]) {
      expect(received).toBeGreaterThan(0);
      expect(longestGapMs).toBeLessThan(3000);
    }
    await nodes.reaches(six2, await address("six1"));
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

  async function move(router: string, to: string): Promise<void> {
    await nodes.stack.json("router", "move", router, "--node", to, "--wait");
    expect(await nodes.nodeOf(router)).toBe(to);
  }
});
