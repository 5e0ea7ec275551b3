import type { Command } from "commander";
import { addDelete, addGet, addList } from "../resource/commands.ts";
import type { Run } from "../run.ts";
import { addNodeAgentCommands } from "./node-agent.ts";
import { addNodeDrainCommand } from "./node-drain.ts";
import { nodeResource } from "./node-resource.ts";
import { addNodeSchedulingCommands } from "./node-scheduling.ts";

/** Nodes register themselves: none is made or changed by hand. */
export function addNodeCommands(program: Command, run: Run): void {
  const group = program.command("node").description("hosts that realise networks and routers");
  addGet(group, nodeResource, run);
  addList(group, nodeResource, run);
  addDelete(group, nodeResource, run);
  addNodeSchedulingCommands(group, run);
  addNodeDrainCommand(group, run);
  addNodeAgentCommands(group, run);
}
