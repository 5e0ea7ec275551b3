import { ResourceKind } from "@rhumbline/proto/rhumbline/scheduler/v1/realisation_service";
import { type DhcpOption, type FixedIp, Port } from "@rhumbline/proto/rhumbline/topology/v1/port";
import { type Command, InvalidArgumentError, Option } from "commander";
import { UsageError } from "../errors/usage-error.ts";
import { addDelete, addGet, addList, nameOrIdHelp } from "../resource/commands.ts";
import {
  type AdminStateOptions,
  adminStateUp,
  collect,
  type DescribedOptions,
  enumText,
  given,
  maskOf,
  projectFlag,
  repeated,
  withAdminStateFlags,
  withDescribedFlags,
  withNameFlag,
} from "../resource/flags.ts";
import { change, finishChange, type MutationOptions, withMutationFlags } from "../resource/mutation.ts";
import { resolveId } from "../resource/name-or-id.ts";
import type { Resource } from "../resource/resource.ts";
import type { Run } from "../run.ts";
import type { Session } from "../session/session.ts";
import { networkResource } from "./network.ts";
import { addPortBindingCommands } from "./port-binding.ts";
import { addPortMoveCommand } from "./port-move.ts";
import { type SecurityOptions, securityOf, withSecurityFlags } from "./port-security.ts";
import { subnetResource } from "./subnet.ts";

export const portResource: Resource<Port> = {
  noun: "port",
  title: "port",
  field: "port",
  pluralField: "ports",
  nameField: "name",
  kind: ResourceKind.PORT,
  columns: [
    { heading: "ID", text: ({ id }) => id },
    { heading: "NAME", text: ({ name }) => name },
    { heading: "MAC", text: ({ macAddress }) => macAddress },
    { heading: "IP", text: ({ fixedIps }) => fixedIps.map(({ ipAddress }) => ipAddress).join(", ") },
    { heading: "NETWORK", text: ({ networkId }) => networkId },
    { heading: "OWNER", text: ({ deviceOwner }) => deviceOwner },
    { heading: "HOST", text: ({ binding }) => binding?.host ?? "" },
    { heading: "DEVICE", text: ({ binding }) => binding?.device ?? "", wide: true },
    { heading: "STATUS", text: ({ status }) => enumText(status, "PORT_STATUS_"), status: true },
    { heading: "REASON", text: ({ statusReason }) => statusReason, wide: true },
  ],
  idOf: ({ id }) => id,
  toJson: Port.toJSON,
  async get({ ports }, id, at) {
    const { port, position } = await ports.getPort({ id, ...at });
    return { item: port, position };
  },
  async list({ ports }, query) {
    const { ports: items, nextPageToken, position } = await ports.listPorts(query);
    return { items, nextPageToken, position };
  },
  remove: ({ ports }, request) => ports.deletePort(request),
};

interface SettableOptions extends DescribedOptions, AdminStateOptions, SecurityOptions, MutationOptions {
  /** False: --no-host. */
  readonly host?: string | false;
  readonly deviceId?: string;
  readonly deviceOwner?: string;
  /** Empty: --no-dhcp-option. */
  readonly dhcpOption?: readonly DhcpOption[] | false;
  /** False: --no-dns-name. */
  readonly dnsName?: string | false;
  readonly ip?: readonly string[];
  readonly subnet?: readonly string[];
  /** False: --no-fixed-ip. */
  readonly fixedIp?: boolean;
}

interface CreateOptions extends SettableOptions {
  readonly network: string;
  readonly mac?: string;
  readonly project?: string;
}

const settable = async (session: Session, { host, dnsName, ...options }: SettableOptions) =>
  given({
    name: options.name,
    description: options.description,
    tags: repeated(options.tag),
    adminStateUp: adminStateUp(options),
    binding: host === undefined ? undefined : { host: host || "", device: "" },
    deviceId: options.deviceId,
    deviceOwner: options.deviceOwner,
    extraDhcpOptions: repeated(options.dhcpOption),
    dnsName: dnsName === undefined ? undefined : dnsName || "",
    fixedIps: await fixedIpsOf(session, options),
  });

function withSettableFlags(command: Command): Command {
  return withSecurityFlags(withAdminStateFlags(withDescribedFlags(command)))
    .option("--host <node>", "where the instance runs: a node's name or id")
    .option("--no-host", "bound nowhere")
    .option("--device-id <id>", "whom it serves: the instance's id. Its network device is for port bind to say")
    .addOption(new Option("--device <id>", "refused: two things are called so").hideHelp().argParser(refuseDevice))
    .option("--device-owner <owner>", "like compute:nova")
    .option("--dhcp-option <name,value>", "what DHCP tells it beside the usual; may be repeated", collectDhcpOption)
    .option("--no-dhcp-option", "nothing beside the usual")
    .option("--dns-name <name>", "the instance's host name, like web1, by DHCP and in DNS")
    .option("--no-dns-name", "none")
    .option("--ip <ip>", "an address of its own; may be repeated. All that there are to be, with --subnet", collect)
    .option("--subnet <subnet>", "any free address of this subnet; may be repeated", collect);
}

export function addPortCommands(program: Command, run: Run): void {
  const group = program.command("port").description("attachments of instances and devices to a network");
  const create = withSettableFlags(group.command("create").description("make a port").argument("[name]"))
    .requiredOption("--network <network>", "the network it attaches to")
    .option("--mac <mac>", "one is made when absent")
    .option(...projectFlag);
  withMutationFlags(create, portResource).action(
    run(async (session, name: string | undefined, options: CreateOptions) => {
      const port = Port.fromPartial({
        ...(await settable(session, options)),
        ...(await securityOf(session, options)),
        noSecurityGroups: options.securityGroup === false,
        ...given({ name, macAddress: options.mac, projectId: options.project }),
        networkId: await resolveId(session, networkResource, options.network),
      });
      const answer = await change(options, (fields) => session.ports.createPort({ port, ...fields }));
      await finishChange(session, portResource, { item: answer.port, position: answer.position }, options);
    }),
  );
  addGet(group, portResource, run);
  addList(group, portResource, run);
  const set = group
    .command("set")
    .description("change a port")
    .argument("<port>", nameOrIdHelp(portResource))
    .option("--no-fixed-ip", "no addresses");
  withMutationFlags(withSettableFlags(withNameFlag(set)), portResource).action(
    run(async (session, nameOrId: string, options: SettableOptions) => {
      const changes = { ...(await settable(session, options)), ...(await securityOf(session, options)) };
      const updateMask = maskOf(changes);
      const port = Port.fromPartial({ ...changes, id: await resolveId(session, portResource, nameOrId) });
      const answer = await change(options, (fields) =>
        session.ports.updatePort({ port, updateMask, etag: "", ...fields }),
      );
      await finishChange(session, portResource, { item: answer.port, position: answer.position }, options);
    }),
  );
  addPortBindingCommands(group, portResource, run);
  addPortMoveCommand(group, portResource, run);
  addDelete(group, portResource, run);
}

/** openstackclient's word for the instance's id, and ours for a network device. */
function refuseDevice(text: string): never {
  throw new InvalidArgumentError(
    `the instance's id is given by --device-id ${text}; the network device that it has on its node, by rhumb port bind --device ${text}.`,
  );
}

/** Undefined where nothing is said of them: a new port is then given one.
 *  @throws {UsageError} */
async function fixedIpsOf(session: Session, { ip = [], subnet = [], fixedIp = true }: SettableOptions) {
  const said = ip.length + subnet.length > 0;
  if (said && !fixedIp) throw new UsageError("--no-fixed-ip excludes --ip and --subnet");
  if (!said && fixedIp) return undefined;
  const fixedIps: FixedIp[] = ip.map((ipAddress) => ({ subnetId: "", ipAddress }));
  for (const nameOrId of subnet) {
    fixedIps.push({ subnetId: await resolveId(session, subnetResource, nameOrId), ipAddress: "" });
  }
  return fixedIps;
}

/** "bootfile-name,pxelinux.0"; of DHCPv6 "6:ntp-server,2001:db8::7". */
function collectDhcpOption(text: string, before: readonly DhcpOption[] | undefined): DhcpOption[] {
  const [, version, name, value] = /^(?:([46]):)?([^,]+),(.+)$/.exec(text) ?? [];
  if (name === undefined || value === undefined)
    throw new InvalidArgumentError(
      "accepted is name,value, like bootfile-name,pxelinux.0, or 6:name,value for DHCPv6.",
    );
  return [...(before ?? []), { name, value, ipVersion: Number(version ?? 4) }];
}
