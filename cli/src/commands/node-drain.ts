import type { Node } from "@rhumbline/proto/rhumbline/scheduler/v1/node";
import { type Command, InvalidArgumentError } from "commander";
import { CommandFailed } from "../errors/usage-error.ts";
import { nameOrIdHelp } from "../resource/commands.ts";
import { change, finishChange, type MutationOptions, seconds, withMutationFlags } from "../resource/mutation.ts";
import { resolveId } from "../resource/name-or-id.ts";
import { wantsData } from "../resource/show.ts";
import type { Run } from "../run.ts";
import type { Session } from "../session/session.ts";
import { nodeResource } from "./node-resource.ts";

interface DrainOptions extends MutationOptions {
  readonly atOnce?: number;
}

/** `rhumb node drain n1 --at-once 2 --wait`. */
export function addNodeDrainCommand(group: Command, run: Run): void {
  const drain = group
    .command("drain")
    .description("move a node's routers to other nodes, one after another, and give it no more")
    .argument("<node>", nameOrIdHelp(nodeResource))
    .option("--at-once <count>", "routers on the move at a time, at most (2)", count)
    .option("--wait", "tell how far it is, and return when no router is left")
    .option("--timeout <seconds>", "how long --wait waits", seconds, 600);
  withMutationFlags(drain, nodeResource).action(
    run(async (session, nameOrId: string, options: DrainOptions) => {
      const id = await resolveId(session, nodeResource, nameOrId);
      const maxMovesAtOnce = options.atOnce ?? 0;
      const answer = await change(options, (fields) => session.nodes.drainNode({ id, maxMovesAtOnce, ...fields }));
      const { wait, validateOnly, timeout = 600 } = options;
      const item = wait && !validateOnly ? await untilDrained(session, id, answer.position, timeout) : answer.node;
      await finishChange(session, nodeResource, { item, position: answer.position }, options);
    }),
  );
}

const lookEveryMs = 200;

/** @throws {CommandFailed} it takes longer than the time, or the drain was ended by somebody. */
async function untilDrained(session: Session, id: string, minPosition: number, timeoutSeconds: number): Promise<Node> {
  const deadlineMs = performance.now() + timeoutSeconds * 1000;
  let told = "";
  for (;;) {
    const { item } = await nodeResource.get(session, id, { minPosition, asOf: undefined });
    if (item === undefined) throw new CommandFailed("the scheduler did not say how the node is");
    if (item.drain === undefined && item.routerCount === 0) return item;
    if (item.drain === undefined) throw new CommandFailed("the drain was ended: the node was uncordoned");
    const progress = progressOf(item);
    if (progress !== told && !wantsData(session) && session.settings.output !== "name")
      await session.terminal.print(progress);
    told = progress;
    if (performance.now() > deadlineMs)
      throw new CommandFailed(`after ${timeoutSeconds} s: ${progress}; the drain goes on`);
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
}

/** "2 of 5 routers moved, 2 on the move; blocked: …". */
function progressOf({ drain }: Node): string {
  const { routersMoved = 0, routersAtStart = 0, movingRouterIds = [], blocked = [] } = drain ?? {};
  const stuck = blocked.length === 0 ? "" : `; blocked: ${blocked.join("; ")}`;
  return `${routersMoved} of ${routersAtStart} routers moved, ${movingRouterIds.length} on the move${stuck}`;
}

function count(text: string): number {
  if (!/^[1-9]\d{0,2}$/.test(text)) throw new InvalidArgumentError("accepted is a whole number, 1 to 100.");
  return Number(text);
}
