import type { Port } from "@rhumbline/proto/rhumbline/topology/v1/port";
import type { Command } from "commander";
import { nameOrIdHelp } from "../resource/commands.ts";
import { change, finishChange, type MutationOptions, withMutationFlags } from "../resource/mutation.ts";
import { resolveId } from "../resource/name-or-id.ts";
import type { Resource } from "../resource/resource.ts";
import type { Run } from "../run.ts";
import { nodeResource } from "./node-resource.ts";

interface BindOptions extends MutationOptions {
  readonly host: string;
  readonly device?: string;
}

/** `rhumb port bind vm1 --host node1 --device tap7`, and back. */
export function addPortBindingCommands(group: Command, portResource: Resource<Port>, run: Run): void {
  const bind = group
    .command("bind")
    .description("say on which node the instance is, and by which device; the device may come later")
    .argument("<port>", nameOrIdHelp(portResource))
    .requiredOption("--host <node>", "where the instance runs: a node's name or id")
    .option(
      "--device <name>",
      'its tap or veth there; "tap" and the first 11 characters of the port\'s id when absent',
    );
  withMutationFlags(bind, portResource).action(
    run(async (session, nameOrId: string, { device = "", ...options }: BindOptions) => {
      const id = await resolveId(session, portResource, nameOrId);
      const host = await resolveId(session, nodeResource, options.host);
      const { port, position } = await change(options, (fields) =>
        session.ports.bindPort({ id, host, device, etag: "", ...fields }),
      );
      await finishChange(session, portResource, { item: port, position }, options);
    }),
  );
  const unbind = group
    .command("unbind")
    .description("have the instance's node let its device go")
    .argument("<port>", nameOrIdHelp(portResource));
  withMutationFlags(unbind, portResource).action(
    run(async (session, nameOrId: string, options: MutationOptions) => {
      const id = await resolveId(session, portResource, nameOrId);
      const { port, position } = await change(options, (fields) =>
        session.ports.unbindPort({ id, etag: "", ...fields }),
      );
      await finishChange(session, portResource, { item: port, position }, options);
    }),
  );
}
