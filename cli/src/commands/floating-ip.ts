import { ResourceKind } from "@rhumbline/proto/rhumbline/scheduler/v1/realisation_service";
import { FloatingIp } from "@rhumbline/proto/rhumbline/topology/v1/floating_ip";
import type { Command } from "commander";
import { addDelete, addGet, addList, nameOrIdHelp } from "../resource/commands.ts";
import { collect, descriptionFlag, enumText, given, maskOf, projectFlag, repeated } from "../resource/flags.ts";
import { change, finishChange, type MutationOptions, withMutationFlags } from "../resource/mutation.ts";
import { resolveId } from "../resource/name-or-id.ts";
import type { Resource } from "../resource/resource.ts";
import type { Run } from "../run.ts";
import type { Session } from "../session/session.ts";
import { networkResource } from "./network.ts";
import { portResource } from "./port.ts";

export const floatingIpResource: Resource<FloatingIp> = {
  noun: "floatingip",
  title: "floating IP",
  field: "floatingIp",
  pluralField: "floatingIps",
  nameField: "floating_ip_address",
  kind: ResourceKind.FLOATING_IP,
  columns: [
    { heading: "ID", text: ({ id }) => id },
    { heading: "ADDRESS", text: ({ floatingIpAddress }) => floatingIpAddress },
    { heading: "FIXED IP", text: ({ fixedIpAddress }) => fixedIpAddress },
    { heading: "PORT", text: ({ portId }) => portId },
    { heading: "ROUTER", text: ({ routerId }) => routerId },
    { heading: "STATUS", text: ({ status }) => enumText(status, "FLOATING_IP_STATUS_"), status: true },
  ],
  idOf: ({ id }) => id,
  toJson: FloatingIp.toJSON,
  async get({ floatingIps }, id, at) {
    const { floatingIp, position } = await floatingIps.getFloatingIp({ id, ...at });
    return { item: floatingIp, position };
  },
  async list({ floatingIps }, query) {
    const { floatingIps: items, nextPageToken, position } = await floatingIps.listFloatingIps(query);
    return { items, nextPageToken, position };
  },
  remove: ({ floatingIps }, request) => floatingIps.deleteFloatingIp(request),
};

interface SettableOptions extends MutationOptions {
  readonly description?: string;
  /** False: --no-tag. */
  readonly tag?: readonly string[] | false;
  /** False: --no-port. */
  readonly port?: string | false;
  readonly fixedIp?: string;
}

interface CreateOptions extends SettableOptions {
  readonly address?: string;
  readonly project?: string;
}

async function settable(session: Session, { port, ...options }: SettableOptions) {
  return given({
    description: options.description,
    tags: repeated(options.tag),
    portId: port === false ? "" : port === undefined ? undefined : await resolveId(session, portResource, port),
    fixedIpAddress: options.fixedIp,
  });
}

function withSettableFlags(command: Command): Command {
  return command
    .option("--port <port>", "the port that it stands for")
    .option("--no-port", "it stands for none")
    .option("--fixed-ip <ip>", "which of the port's addresses; its only IPv4 address when absent")
    .option(...descriptionFlag)
    .option("--tag <tag>", "may be repeated; all tags there are to be", collect)
    .option("--no-tag", "no tags");
}

export function addFloatingIpCommands(program: Command, run: Run): void {
  const group = program.command("floatingip").description("addresses of an external network that stand for a port's");
  const create = withSettableFlags(group.command("create").description("take a floating IP from an external network"))
    .argument("<network>", nameOrIdHelp(networkResource))
    .option("--address <ip>", "any free one when absent")
    .option(...projectFlag);
  withMutationFlags(create, floatingIpResource).action(
    run(async (session, network: string, options: CreateOptions) => {
      const floatingIp = FloatingIp.fromPartial({
        floatingNetworkId: await resolveId(session, networkResource, network),
        ...(await settable(session, options)),
        ...given({ floatingIpAddress: options.address, projectId: options.project }),
      });
      const answer = await change(options, (fields) => session.floatingIps.createFloatingIp({ floatingIp, ...fields }));
      await finishChange(session, floatingIpResource, { item: answer.floatingIp, position: answer.position }, options);
    }),
  );
  addGet(group, floatingIpResource, run);
  addList(group, floatingIpResource, run);
  const set = group
    .command("set")
    .description("change a floating IP: above all, the port that it stands for")
    .argument("<floatingip>", nameOrIdHelp(floatingIpResource));
  withMutationFlags(withSettableFlags(set), floatingIpResource).action(
    run(async (session, addressOrId: string, options: SettableOptions) => {
      const changes = await settable(session, options);
      const updateMask = maskOf(changes);
      const id = await resolveId(session, floatingIpResource, addressOrId);
      const floatingIp = FloatingIp.fromPartial({ ...changes, id });
      const answer = await change(options, (fields) =>
        session.floatingIps.updateFloatingIp({ floatingIp, updateMask, etag: "", ...fields }),
      );
      await finishChange(session, floatingIpResource, { item: answer.floatingIp, position: answer.position }, options);
    }),
  );
  addDelete(group, floatingIpResource, run);
}
