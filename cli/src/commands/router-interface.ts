import { RouterInterface } from "@rhumbline/proto/rhumbline/topology/v1/router";
import type { Command } from "commander";
import { UsageError } from "../errors/usage-error.ts";
import { nameOrIdHelp } from "../resource/commands.ts";
import { change, finishChange, type MutationOptions, withMutationFlags } from "../resource/mutation.ts";
import { resolveId } from "../resource/name-or-id.ts";
import type { Run } from "../run.ts";
import type { Session } from "../session/session.ts";
import { portResource } from "./port.ts";
import { routerResource } from "./router-resource.ts";
import { subnetResource } from "./subnet.ts";

interface InterfaceOptions extends MutationOptions {
  readonly subnet?: string;
  readonly port?: string;
}

/** `rhumb router add-interface` and `remove-interface`. */
export function addRouterInterfaceCommands(group: Command, run: Run): void {
  const add = group
    .command("add-interface")
    .description("give a router an address in a subnet")
    .option("--subnet <subnet>", "with its gateway address")
    .option("--port <port>", "with the addresses of this port");
  withRouter(add).action(
    run(async (session, router: string, options: InterfaceOptions) => {
      const which = await resolveInterface(session, router, options);
      const answer = await change(options, (fields) => session.routers.addRouterInterface({ ...which, ...fields }));
      const found = { item: answer.router, position: answer.position };
      const json = answer.interface && RouterInterface.toJSON(answer.interface);
      await finishChange(session, routerResource, found, options, { interface: json });
    }),
  );
  const remove = group
    .command("remove-interface")
    .description("take a router's address in a subnet away")
    .option("--subnet <subnet>", "the one in this subnet")
    .option("--port <port>", "the one of this port");
  withRouter(remove).action(
    run(async (session, router: string, options: InterfaceOptions) => {
      const which = await resolveInterface(session, router, options);
      const answer = await change(options, (fields) => session.routers.removeRouterInterface({ ...which, ...fields }));
      await finishChange(session, routerResource, { item: answer.router, position: answer.position }, options);
    }),
  );
}

const withRouter = (command: Command): Command =>
  withMutationFlags(command.argument("<router>", nameOrIdHelp(routerResource)), routerResource);

/** @throws {UsageError} */
async function resolveInterface(session: Session, router: string, { subnet, port }: InterfaceOptions) {
  if ((subnet === undefined) === (port === undefined)) throw new UsageError("give either --subnet or --port");
  return {
    routerId: await resolveId(session, routerResource, router),
    subnetId: subnet === undefined ? "" : await resolveId(session, subnetResource, subnet),
    portId: port === undefined ? "" : await resolveId(session, portResource, port),
  };
}
