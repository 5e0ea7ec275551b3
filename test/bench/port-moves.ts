import { startPing } from "@rhumbline/infra/lab";
import { type StackInstance, type StackLab, startStackLab } from "../support/stack-lab.ts";
import type { Row } from "./row.ts";

const moves = 10;
const pingEveryMs = 5;
/** What a live migration of an instance may add to its own pause. */
const targetMs = 200;
/** The pings run for so long beyond the command that moves the port: whatever it left undone shows. */
const afterMs = 1_000;

/** How long nobody answers while an instance's port goes from one node to another: the worst of several moves, by pings
 *  from a third node. The instance stands on both nodes all the while, so what is silent is the network alone. */
export async function portMoves(): Promise<Row[]> {
  const stack = await startStackLab("node1", "node2", "node3");
  try {
    await stack.createNetwork("web", "10.0.0.0/24");
    const moving = await stack.createInstance("moving", { network: "web", node: "node1" });
    const onlooker = await stack.createInstance("onlooker", { network: "web", node: "node3" });
    await stack.node("node2").plugInstance(moving.plan);
    await stack.reaches(onlooker, moving.address);
    const between = { stack, moving, onlooker };
    const prepared = await worst(between, async (to) => {
      await stack.stack.json("port", "move", moving.portId, "--host", to, "--prepare");
      return ["port", "move", moving.portId, "--finish", "--wait"];
    });
    const atOnce = await worst(between, async (to) => ["port", "set", moving.portId, "--host", to, "--wait"]);
    const row = (name: string, value: number): Row => ({ name, value, unit: "ms", target: targetMs, floor: undefined });
    return [
      row(`port moved: silence, prepared, worst of ${moves}`, prepared),
      row(`port moved: silence, at once, worst of ${moves}`, atOnce),
    ];
  } finally {
    await stack.down();
  }
}

interface Between {
  readonly stack: StackLab;
  readonly moving: StackInstance;
  readonly onlooker: StackInstance;
}

/** @param prepare does what comes before a move, and tells the command that is measured. */
async function worst(
  { stack, moving, onlooker }: Between,
  prepare: (to: string) => Promise<readonly string[]>,
): Promise<number> {
  let longest = 0;
  for (let move = 0; move < moves; move += 1) {
    const command = await prepare(move % 2 === 0 ? "node2" : "node1");
    const ping = await startPing(onlooker, moving.address, pingEveryMs);
    await stack.stack.json(...command);
    await new Promise((resolve) => setTimeout(resolve, afterMs));
    longest = Math.max(longest, (await ping.stop()).longestGapMs);
  }
  return longest;
}
