import type { Command } from "commander";
import { nameOrIdHelp } from "../resource/commands.ts";
import { change, finishChange, type MutationOptions, withMutationFlags } from "../resource/mutation.ts";
import { resolveId } from "../resource/name-or-id.ts";
import type { Run } from "../run.ts";
import { nodeResource } from "./node-resource.ts";

/** `rhumb node cordon|uncordon`: whether placement gives routers to a node. */
export function addNodeSchedulingCommands(group: Command, run: Run): void {
  const cordon = group.command("cordon").description("give no more routers to a node; those it has stay");
  const uncordon = group.command("uncordon").description("give routers to a node again");
  for (const [command, method] of [
    [cordon, "cordonNode"],
    [uncordon, "uncordonNode"],
  ] as const) {
    withMutationFlags(command.argument("<node>", nameOrIdHelp(nodeResource)), nodeResource).action(
      run(async (session, nameOrId: string, options: MutationOptions) => {
        const id = await resolveId(session, nodeResource, nameOrId);
        const { node, position } = await change(options, (fields) => session.nodes[method]({ id, ...fields }));
        await finishChange(session, nodeResource, { item: node, position }, options);
      }),
    );
  }
}
