import type { Place } from "@rhumbline/infra/lab";
import type { ExplainPortResponse } from "@rhumbline/proto/rhumbline/scheduler/v1/port_explanation_service";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { serveEcho } from "../../support/held-connections.ts";
import { type NodeLab, startNodeLab } from "../../support/node-lab.ts";
import { requiresRoot } from "../../support/requires-root.ts";
import type { StackInstance } from "../../support/stack-lab.ts";

/** Each answer of `rhumb explain port` is held to what real packets do. */
describe("what rhumb says of packets, and what becomes of them", requiresRoot, () => {
  let lab: NodeLab;
  let web: StackInstance;
  let db: StackInstance;
  let floatingIp: string;

  beforeAll(async () => {
    lab = await startNodeLab("node1", "node2");
    await lab.makeRouter("r1");
    await lab.stack.json("security-group", "create", "shop");
    web = await lab.makeInstance("web", { router: "r1", cidr: "10.0.0.0/24", node: "node1" });
    db = await lab.makeInstance("db", { router: "r1", cidr: "10.0.1.0/24", node: "node2" });
    floatingIp = await lab.makeFloatingIp("web");
    await lab.reaches(web, db.address);
    await serveEcho(web, "web");
    await lab.stack.json("port", "set", "web", "--security-group", "shop");
  }, 400_000);
  afterAll(() => lab?.down());

  const explain = (...packet: readonly string[]) =>
    lab.stack.json<ExplainPortResponse>("explain", "port", "web", ...packet);
  const inWords = async (...packet: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await lab.stack.rhumb("explain", "port", "web", ...packet);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    return stdout;
  };
  const pings = async (from: Place, address: string): Promise<boolean> =>
    (await from.run(["ping", "-n", "-c", "2", "-i", "0.2", "-W", "1", address])).code === 0;
  const connects = async (from: Place, address: string): Promise<boolean> =>
    (await from.run(["curl", "--silent", "--max-time", "2", `telnet://${address}:9000`], { input: "?\n" })).stdout !==
    "";

  const tcp = ["--protocol", "tcp", "--port", "9000"];

  /** What is said becomes what is seen, once the nodes have it. */
  async function expectTrue(packet: readonly string[], seen: () => Promise<boolean>, passes: boolean): Promise<void> {
    expect((await explain(...packet)).verdict?.passes ?? false, packet.join(" ")).toBe(passes);
    await eventually(async () => expect(await seen(), packet.join(" ")).toBe(passes));
  }

  const everyWay = [
    [["--from", "db"], () => pings(db, web.address)],
    [["--from", "db", ...tcp], () => connects(db, web.address)],
    [["--from", "external"], () => pings(lab.outside, floatingIp)],
    [["--from", "external", ...tcp], () => connects(lab.outside, floatingIp)],
    [["--to", "db"], () => pings(web, db.address)],
    [["--to", "external"], () => pings(web, "198.18.200.1")],
  ] as const;
  const expectEach = async (...passes: readonly boolean[]): Promise<void> => {
    for (const [i, [packet, seen]] of everyWay.entries()) await expectTrue(packet, seen, passes[i] ?? false);
  };

  test("nothing comes in without a rule, all goes out", () => expectEach(false, false, false, false, true, true));

  test("the rule that it says is missing, typed as it is printed, lets the packet in, and no other", async () => {
    const said = await inWords("--from", "db", ...tcp);
    expect(said).toMatch(/^tcp port 9000 from db: does not pass$/m);
    expect(said).toMatch(/^way: by router r1$/m);
    const command = /^add: (.*)$/m.exec(said)?.[1] ?? "";
    expect(command).toBe(
      `rhumb security-group rule create shop --protocol tcp --port 9000 --remote-ip ${db.address}/32`,
    );
    await lab.lab.host("control").output(["bash", "--norc", "-c", command]);
    await expectEach(false, true, false, false, true, true);
    expect(await inWords("--from", "db", ...tcp)).toMatch(/^shop +ingress ipv4 tcp 9000 from \S+ +yes$/m);
    expect(await inWords("--from", "db")).toMatch(/^shop +ingress ipv4 tcp 9000 from \S+ +no: is for tcp$/m);
  });

  test("so it is with a rule for everybody", async () => {
    const command = /^add: (.*)$/m.exec(await inWords("--from", "external"))?.[1] ?? "";
    await lab.lab.host("control").output(["bash", "--norc", "-c", command]);
    await expectEach(true, true, true, false, true, true);
  });

  test("where it is and who forwards to it is what the nodes' kernels have", async () => {
    // Where only one node has something of the network, nobody forwards.
    if ((await lab.nodeOf("r1")) !== "node2") await lab.stack.json("router", "move", "r1", "--node", "node2", "--wait");
    const { place, forwarders = [], leases } = await explain();
    expect(forwarders).toMatchObject([{ nodeName: "node2", unicast: true, floods: true }]);
    const bridged = await lab.node("node1").output(["ip", "link", "show", place?.device ?? ""]);
    expect(bridged).toContain(`master ${place?.bridge} `);
    expect(bridged).toContain(`mtu ${place?.mtu} `);
    expect(place).toMatchObject({ nodeName: "node1", networkType: "vxlan", realised: true });
    expect(leases).toMatchObject([{ ipAddress: web.address, gatewayIp: "10.0.0.1", method: "none" }]);
    for (const { nodeName, unicast, floods } of forwarders) {
      const entries = await lab
        .node(nodeName)
        .output(["bridge", "fdb", "show", "dev", `vxlan-${place?.segmentationId}`]);
      expect({
        unicast: entries.includes(`${web.mac} dst 198.18.0.11`),
        floods: entries.includes("00:00:00:00:00:00 dst 198.18.0.11"),
      }).toEqual({ unicast, floods });
    }
  });

  test("without a floating IP nobody outside reaches it, whatever the rules say", async () => {
    await lab.stack.json("floatingip", "delete", floatingIp);
    expect(await inWords("--from", "external")).toMatch(/no floating IP stands for 10\.0\.0\.\d+/);
    await expectTrue(["--from", "external"], () => pings(lab.outside, floatingIp), false);
  });

  test("what can't be answered is refused, with what would be accepted", async () => {
    const refused = async (...packet: readonly string[]) =>
      (await lab.stack.rhumb("explain", "port", "web", ...packet)).stderr;
    expect(await refused("--from", "db", "--to", "db")).toMatch(/ask about one of them/);
    expect(await refused("--port", "22")).toMatch(/an address, a port, or external/);
    expect(await refused("--from", "db", "--protocol", "tcp")).toMatch(/is required with tcp: 1 to 65535/);
    expect(await refused("--from", "db", "--protocol", "tpc", "--port", "22")).toMatch(/no protocol: accepted are/);
    expect(await refused("--from", "nobody")).toMatch(/no port is called "nobody"/);
  });
});
