import { ExplainPlacementResponse } from "@rhumbline/proto/rhumbline/scheduler/v1/router_binding_service";
import type { Command } from "commander";
import { nodeResource } from "../commands/node-resource.ts";
import { type PlacementOptions, placementFields, withPlacementFlags } from "../commands/placement-flags.ts";
import { routerResource } from "../commands/router-resource.ts";
import { collect } from "../resource/flags.ts";
import { resolveId } from "../resource/name-or-id.ts";
import { printData, printTable, wantsData } from "../resource/show.ts";
import type { Run } from "../run.ts";
import type { Session } from "../session/session.ts";
import { addExplainPortCommand } from "./explain-port.ts";
import { candidateColumns, wishText } from "./placement-text.ts";

interface ExplainOptions extends PlacementOptions {
  readonly withoutNode?: readonly string[];
}

/** `rhumb explain`: `router r1` shows what placement says of every node, and what it decides. */
export function addExplainCommand(program: Command, run: Run): void {
  const group = program.command("explain").description("why it is so, and what if");
  addExplainPortCommand(group, run);
  const router = group
    .command("router")
    .description("why a router is on its node, or on none; with flags: where it would be if")
    .argument("<router>", "its name or its id")
    .option("--without-node <node>", "what if that node were not there; may be repeated", collect);
  withPlacementFlags(router).action(
    run(async (session, nameOrId: string, options: ExplainOptions) => {
      const answer = await ask(session, nameOrId, options);
      if (wantsData(session)) return printData(session, ExplainPlacementResponse.toJSON(answer));
      const { terminal, settings } = session;
      if (settings.output !== "name") await terminal.print(`asks for: ${wishText(answer.wish)}`);
      await printTable(session, answer.candidates, candidateColumns(answer));
      if (settings.output !== "name") await terminal.print(`decision: ${answer.decision}`);
    }),
  );
}

async function ask(session: Session, nameOrId: string, options: ExplainOptions): Promise<ExplainPlacementResponse> {
  const routerId = await resolveId(session, routerResource, nameOrId);
  const withoutNodeIds: string[] = [];
  for (const node of options.withoutNode ?? []) withoutNodeIds.push(await resolveId(session, nodeResource, node));
  const minPosition = session.services.position();
  const question = { routerId, withoutNodeIds, minPosition };
  const present = await session.routerBindings.explainPlacement({ ...question, wish: undefined });
  const { availabilityZoneHints, nodeSelector } = placementFields(options);
  if (availabilityZoneHints === undefined && nodeSelector === undefined) return present;
  const asItIs = present.wish ?? { availabilityZoneHints: [], nodeSelector: {}, physicalNetworks: [] };
  const wish = {
    ...asItIs,
    ...(availabilityZoneHints && { availabilityZoneHints }),
    ...(nodeSelector && { nodeSelector: { ...nodeSelector } }),
  };
  return session.routerBindings.explainPlacement({ ...question, wish });
}
