import { startPing } from "@rhumbline/infra/lab";
import { eventually } from "../support/eventually.ts";
import { type NodeLab, startNodeLab } from "../support/node-lab.ts";
import type { Row } from "./row.ts";
import { startTransfer } from "./transfer.ts";

/** Two of them lose their power: no more than half may look dead. */
const names = ["node1", "node2", "node3", "node4", "node5"] as const;
const [instanceNode] = names;
const powerOffs = 2;
const targetMs = 3_000;

/** How long nobody answers at a router's address when its node loses its power, by pings from outside, and how long a
 *  transfer through a floating IP stands still: the worst of several. */
export async function powerOff(): Promise<Row[]> {
  const nodes = await startNodeLab(...names);
  try {
    const address = await nodes.makeRouter("r1");
    const web = await nodes.makeInstance("web", { router: "r1", cidr: "10.0.0.0/24", node: instanceNode });
    const floatingIp = await nodes.makeFloatingIp("web");
    if ((await nodes.nodeOf("r1")) === instanceNode)
      await nodes.stack.json("router", "move", "r1", "--node", "node2", "--wait");
    // From here on the instance's node takes no router: its power stays on.
    await nodes.stack.json("node", "cordon", instanceNode);
    await untilAllProbed(nodes);
    let [silence, stall] = [0, 0];
    for (let times = 0; times < powerOffs; times += 1) {
      const owner = await nodes.nodeOf("r1");
      const ping = await startPing(nodes.outside, address);
      const transfer = await startTransfer(nodes.outside, web, floatingIp);
      await nodes.lab.host(owner).powerOff();
      await eventually(async () => {
        if ((await nodes.nodeOf("r1")) === owner) throw new Error(`the router is still on ${owner}`);
        if (!(await nodes.answers(address))) throw new Error("nobody answers yet");
      });
      stall = Math.max(stall, await transfer.stop());
      silence = Math.max(silence, (await ping.stop()).longestGapMs);
    }
    const figure = { unit: "ms", floor: undefined };
    return [
      {
        name: `node without power: silence of its router, worst of ${powerOffs}`,
        value: silence,
        target: targetMs,
        ...figure,
      },
      // What the sender waits for before it tries again doubles with each attempt (RFC 6298).
      { name: "the same: a transfer stands still", value: stall, target: 2 * targetMs, ...figure },
    ];
  } finally {
    await nodes.down();
  }
}

/** A node that no peer was heard of yet can't be seen to die. */
async function untilAllProbed(nodes: NodeLab): Promise<void> {
  await eventually(async () => {
    for (const name of names) {
      const { liveness } = await nodes.registered(name);
      if (liveness?.dataPlane !== "DATA_PLANE_ANSWERS") throw new Error(`nobody hears ${name} yet`);
    }
  });
}
