import { askForLease, controlHost, type Lab, nodeHosts, startLab, startPing } from "@rhumbline/infra/lab";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Stack, stackIn } from "../../../infra/stack/stack.ts";
import { eventually } from "../../support/eventually.ts";
import { expectVerified } from "../../support/expect-verified.ts";
import { downAsLogged } from "../../support/kernel-as-reported/down-as-logged.ts";
import { requiresRoot } from "../../support/requires-root.ts";
import { shellBlocksIn } from "../../support/shell-lines.ts";
import { makeFresh, typeBlock } from "./fresh-host.ts";

const blocks = shellBlocksIn("docs/operating.md");
const controlBlocks = blocks.filter(({ section }) => section === "The control host");
const nodeBlocks = blocks.filter(({ section }) => section === "Add a node");

/** What a reader puts in place of what is printed, for a node that isn't the document's. */
const ofFirstNode: readonly (readonly [string, string])[] = [
  ["node2", "node1"],
  ["198.18.0.12", "198.18.0.11"],
  ["70410488-f4c1-4210-ae56-c828636fd109", "1a5bb52c-93e5-4a0a-b03d-5b4c5b0a3d6f"],
];

interface Port {
  readonly id: string;
  readonly macAddress: string;
  readonly fixedIps: readonly { readonly ipAddress: string }[];
}

/** The machines are a lab's, so what no lab has stands in: unit files are run by systemctl.py, Debian's packages are looked for
 *  and not installed. All else is done to the hosts as it is printed. */
describe("operating.md, followed on hosts that nothing is installed on", requiresRoot, () => {
  let lab: Lab;
  let stack: Stack;

  beforeAll(async () => {
    lab = await startLab({ name: `add-${process.pid}`, hosts: [controlHost, ...nodeHosts("node1", "node2")] });
    stack = stackIn(lab, controlHost.name, []);
    await Promise.all(lab.hosts.map(makeFresh));
    // A lab has prepared what the document has an operator prepare.
    for (const name of ["node1", "node2"]) await lab.host(name).output(["ip", "link", "delete", "br-ex"]);
  });
  afterAll(() => lab && downAsLogged(lab, stack));

  /** The one line that a reader takes from a screen is the node's address of NATS, with its password. */
  async function addNode(replaced: readonly (readonly [string, string])[]): Promise<string> {
    let printed = "";
    let natsLine = "";
    for (const block of nodeBlocks) {
      const mine = (text: string): string => replaced.reduce((last, [from, to]) => last.replaceAll(from, to), text);
      const text = mine(block.text).replace(/^RHUMBLINE_NATS=.*$/m, natsLine);
      printed = await typeBlock(lab.host(mine(block.host)), { text });
      natsLine = /^RHUMBLINE_NATS=.*$/m.exec(printed)?.[0] ?? natsLine;
    }
    return printed;
  }

  const makeRouter = async (name: string): Promise<string> => {
    const { router } = await stack.json<{ router: { externalGateway: { addresses: { ipAddress: string }[] } } }>(
      ...["router", "create", name, "--gateway", "public", "--wait"],
    );
    return router.externalGateway.addresses[0]?.ipAddress ?? "";
  };

  const nodeOf = async (router: string): Promise<string> => {
    const { presentNodeId } = await stack.json<{ presentNodeId: string }>("explain", "router", router);
    return (await stack.json<{ node: { name: string } }>("node", "get", presentNodeId)).node.name;
  };

  test("the control host serves when its blocks were typed", async () => {
    expect(controlBlocks.length).toBeGreaterThan(1);
    for (const block of controlBlocks) await typeBlock(lab.host(block.host), block);
  });

  test("the first node comes, and holds a router that answers", async () => {
    expect(await addNode(ofFirstNode)).toMatch(/vxlan/);
    const outside = ["--external", "--type", "flat", "--physical-network", "physnet1"];
    await stack.json("network", "create", "public", ...outside);
    const addresses = ["--cidr", "203.0.113.0/24", "--gateway", "203.0.113.1", "--pool", "203.0.113.10-203.0.113.200"];
    await stack.json("subnet", "create", "public-v4", "--network", "public", ...addresses);
    await answers(await makeRouter("r1"));
  });

  test("a second node comes as printed, while the first forwards on", async () => {
    const { router } = await stack.json<{ router: { externalGateway: { addresses: { ipAddress: string }[] } } }>(
      ...["router", "get", "r1"],
    );
    const ping = await startPing(lab.internet, router.externalGateway.addresses[0]?.ipAddress ?? "");
    expect(await addNode([])).toMatch(/node2/);
    expect((await ping.stop()).lost).toEqual([]);
  });

  test("the next router is placed there, and one that stands elsewhere moves there; both answer", async () => {
    const placed = await makeRouter("r2");
    expect(await nodeOf("r2")).toBe("node2");
    await answers(placed);
    await stack.json("router", "move", "r1", "--node", "node2", "--wait");
    expect(await nodeOf("r1")).toBe("node2");
    await answers("203.0.113.10");
  });

  test("a port bound there gets its lease, and reaches its router", async () => {
    await stack.json("network", "create", "web");
    await stack.json("subnet", "create", "web-v4", "--network", "web", "--cidr", "10.0.0.0/24", "--dhcp");
    await stack.json("router", "add-interface", "r1", "--subnet", "web-v4", "--wait");
    const { port } = await stack.json<{ port: Port }>("port", "create", "web1", "--network", "web", "--host", "node2");
    const plan = { name: "web1", portId: port.id, mac: port.macAddress, mtu: 1450 };
    const instance = await lab.host("node2").plugInstance(plan);
    const address = port.fixedIps[0]?.ipAddress ?? "";
    await eventually(async () => expect(await askForLease(instance)).toMatchObject({ ip: address, mtu: "1450" }));
    await instance.output(["ip", "address", "add", `${address}/24`, "dev", "eth0"]);
    await eventually(async () => void (await instance.output(["ping", "-n", "-c", "1", "-W", "1", "10.0.0.1"])));
    await expectVerified(stack);
  });

  const answers = (address: string) =>
    eventually(async () => void (await lab.internet.output(["ping", "-n", "-c", "1", "-W", "1", address])));
});
