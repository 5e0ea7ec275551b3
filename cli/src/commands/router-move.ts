import { RouterBinding } from "@rhumbline/proto/rhumbline/scheduler/v1/router_binding_service";
import type { Command } from "commander";
import { detailRows } from "../output/details.ts";
import { nameOrIdHelp } from "../resource/commands.ts";
import { change, type MutationOptions, waitFor, withMutationFlags } from "../resource/mutation.ts";
import { resolveId } from "../resource/name-or-id.ts";
import { printData, printTable, wantsData } from "../resource/show.ts";
import type { Run } from "../run.ts";
import { nodeResource } from "./node-resource.ts";
import { routerResource } from "./router-resource.ts";

interface MoveOptions extends MutationOptions {
  readonly node: string;
}

/** `rhumb router move r1 --node n2`. */
export function addRouterMoveCommand(group: Command, run: Run): void {
  const move = group
    .command("move")
    .description("move a router to another node: that one takes it over whole before the old one lets go")
    .argument("<router>", nameOrIdHelp(routerResource))
    .requiredOption("--node <node>", "where it is to run");
  withMutationFlags(move, routerResource).action(
    run(async (session, nameOrId: string, options: MoveOptions) => {
      const routerId = await resolveId(session, routerResource, nameOrId);
      const nodeId = await resolveId(session, nodeResource, options.node);
      const answer = await change(options, (fields) =>
        session.routerBindings.moveRouter({ routerId, nodeId, ...fields }),
      );
      const waited = await waitFor(session, routerResource, routerId, answer.position, options);
      const minPosition = answer.position;
      const { routerBinding } = waited
        ? await session.routerBindings.getRouterBinding({ routerId, minPosition, asOf: undefined })
        : answer;
      const json = routerBinding && RouterBinding.toJSON(routerBinding);
      if (wantsData(session)) return printData(session, { routerBinding: json, position: answer.position });
      if (session.settings.output === "name") return session.terminal.print(nameOrId);
      await printTable(session, detailRows(json), [
        { heading: "FIELD", text: ([field]) => field },
        { heading: "VALUE", text: ([, value]) => value },
      ]);
    }),
  );
}
