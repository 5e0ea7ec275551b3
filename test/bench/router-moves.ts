import { startPing } from "@rhumbline/infra/lab";
import { type NodeLab, startNodeLab } from "../support/node-lab.ts";
import type { StackInstance } from "../support/stack-lab.ts";
import type { Row } from "./row.ts";
import { startTransfer } from "./transfer.ts";

const moves = 10;
const pingEveryMs = 5;
/** What an interactive session does not notice. */
const targetMs = 300;
/** A sender that was not answered tries again after 200 ms, then after twice as long (RFC 6298). */
const stallTargetMs = 600;

/** How long nobody answers while a router goes from one node to another by plan: the worst of several moves, by pings from
 *  outside through a floating IP, and from one of its networks to another; and how long a transfer to the floating IP stands still. */
export async function routerMoves(): Promise<Row[]> {
  const nodes = await startNodeLab("network1", "network2", "compute1", "compute2");
  try {
    const { floatingIp, first, second } = await twoNetworks(nodes);
    const silences = { outside: 0, between: 0, transfer: 0 };
    for (let move = 0; move < moves; move += 1) {
      const fromOutside = await startPing(nodes.outside, floatingIp, pingEveryMs);
      const between = await startPing(first, second.address, pingEveryMs);
      await moveToTheOther(nodes);
      const results = [await fromOutside.stop(), await between.stop()] as const;
      silences.outside = Math.max(silences.outside, results[0].longestGapMs);
      silences.between = Math.max(silences.between, results[1].longestGapMs);
    }
    for (let move = 0; move < moves; move += 1) {
      const transfer = await startTransfer(nodes.outside, first, floatingIp);
      await moveToTheOther(nodes);
      silences.transfer = Math.max(silences.transfer, await transfer.stop());
    }
    const row = (name: string, value: number, target = targetMs): Row => ({
      ...{ name, value, unit: "ms", target, floor: undefined },
    });
    return [
      row(`router moved: silence of its floating IP, worst of ${moves}`, silences.outside),
      row(`router moved: silence between its networks, worst of ${moves}`, silences.between),
      row(`router moved: a transfer stands still, worst of ${moves}`, silences.transfer, stallTargetMs),
    ];
  } finally {
    await nodes.down();
  }
}

async function moveToTheOther(nodes: NodeLab): Promise<void> {
  const to = (await nodes.nodeOf("r1")) === "network1" ? "network2" : "network1";
  await nodes.stack.json("router", "move", "r1", "--node", to, "--wait");
}

/** A router r1 on a network node, between two networks with an instance each on nodes of their own. */
async function twoNetworks(
  nodes: NodeLab,
): Promise<{ floatingIp: string; first: StackInstance; second: StackInstance }> {
  await nodes.makeRouter("r1");
  const first = await nodes.makeInstance("a", { router: "r1", cidr: "10.0.0.0/24", node: "compute1" });
  const second = await nodes.makeInstance("b", { router: "r1", cidr: "10.0.1.0/24", node: "compute2" });
  await nodes.reaches(first, second.address);
  return { floatingIp: await nodes.makeFloatingIp("a"), first, second };
}
