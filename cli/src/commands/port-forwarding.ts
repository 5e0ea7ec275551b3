import { ResourceKind } from "@rhumbline/proto/rhumbline/scheduler/v1/realisation_service";
import {
  PortForwarding,
  PortForwardingProtocol,
  type PortRange,
} from "@rhumbline/proto/rhumbline/topology/v1/port_forwarding";
import { type Command, Option } from "commander";
import { addDelete, addGet, addList, nameOrIdHelp } from "../resource/commands.ts";
import { descriptionFlag, enumText, given, maskOf } from "../resource/flags.ts";
import { change, finishChange, type MutationOptions, withMutationFlags } from "../resource/mutation.ts";
import { resolveId } from "../resource/name-or-id.ts";
import type { Resource } from "../resource/resource.ts";
import type { Run } from "../run.ts";
import type { Session } from "../session/session.ts";
import { floatingIpResource } from "./floating-ip.ts";
import { portResource } from "./port.ts";
import { portsFlag, portsText } from "./ports-flag.ts";

export const portForwardingResource: Resource<PortForwarding> = {
  noun: "port-forwarding",
  title: "port forwarding",
  field: "portForwarding",
  pluralField: "portForwardings",
  nameField: "id",
  kind: ResourceKind.PORT_FORWARDING,
  toldIn: "floatingIp",
  columns: [
    { heading: "ID", text: ({ id }) => id },
    { heading: "FLOATING IP", text: ({ floatingIpId }) => floatingIpId },
    { heading: "PROTOCOL", text: ({ protocol }) => enumText(protocol, "PORT_FORWARDING_PROTOCOL_") },
    { heading: "PORTS", text: ({ externalPorts }) => portsText(externalPorts) },
    { heading: "TO", text: ({ internalIpAddress: ip, internalPorts }) => `${ip}:${portsText(internalPorts)}` },
    { heading: "STATUS", text: ({ status }) => enumText(status, "PORT_FORWARDING_STATUS_"), status: true },
  ],
  idOf: ({ id }) => id,
  toJson: PortForwarding.toJSON,
  async get({ portForwardings }, id, at) {
    const { portForwarding, position } = await portForwardings.getPortForwarding({ id, ...at });
    return { item: portForwarding, position };
  },
  async list({ portForwardings }, query) {
    const { portForwardings: items, nextPageToken, position } = await portForwardings.listPortForwardings(query);
    return { items, nextPageToken, position };
  },
  remove: ({ portForwardings }, request) => portForwardings.deletePortForwarding(request),
};

interface SettableOptions extends MutationOptions {
  readonly description?: string;
  readonly protocol?: "tcp" | "udp";
  readonly ports?: PortRange;
  readonly toPorts?: PortRange;
  readonly to?: string;
  readonly fixedIp?: string;
}

const settable = async (session: Session, options: SettableOptions) =>
  given({
    description: options.description,
    protocol: options.protocol && protocols[options.protocol],
    externalPorts: options.ports,
    internalPorts: options.toPorts,
    internalPortId: options.to === undefined ? undefined : await resolveId(session, portResource, options.to),
    internalIpAddress: options.fixedIp,
  });

const protocols = { tcp: PortForwardingProtocol.TCP, udp: PortForwardingProtocol.UDP } as const;

const withSettableFlags = (command: Command, required: boolean): Command =>
  command
    .addOption(
      new Option("--protocol <protocol>", "of what is forwarded")
        .choices(Object.keys(protocols))
        .makeOptionMandatory(required),
    )
    .addOption(
      new Option("--ports <ports>", "of the floating IP, like 8080 or 8000-8010")
        .argParser(portsFlag)
        .makeOptionMandatory(required),
    )
    .addOption(new Option("--to <port>", "the port that they lead to").makeOptionMandatory(required))
    .option("--to-ports <ports>", "there: as many, or a single one; the same ones when absent", portsFlag)
    .option("--fixed-ip <ip>", "which of the port's addresses; its only IPv4 address when absent")
    .option(...descriptionFlag);

export function addPortForwardingCommands(program: Command, run: Run): void {
  const group = program.command("port-forwarding").description("ports of a floating IP that lead to an instance's");
  const create = group
    .command("create")
    .description("forward ports of a floating IP")
    .argument("<floatingip>", nameOrIdHelp(floatingIpResource));
  withMutationFlags(withSettableFlags(create, true), portForwardingResource).action(
    run(async (session, floatingIp: string, options: SettableOptions) => {
      const portForwarding = PortForwarding.fromPartial({
        floatingIpId: await resolveId(session, floatingIpResource, floatingIp),
        ...(await settable(session, options)),
      });
      const answer = await change(options, (fields) =>
        session.portForwardings.createPortForwarding({ portForwarding, ...fields }),
      );
      const made = { item: answer.portForwarding, position: answer.position };
      await finishChange(session, portForwardingResource, made, options);
    }),
  );
  addGet(group, portForwardingResource, run);
  addList(group, portForwardingResource, run);
  const set = group
    .command("set")
    .description("change a port forwarding")
    .argument("<port-forwarding>", nameOrIdHelp(portForwardingResource));
  withMutationFlags(withSettableFlags(set, false), portForwardingResource).action(
    run(async (session, id: string, options: SettableOptions) => {
      const changes = await settable(session, options);
      const updateMask = maskOf(changes);
      const portForwarding = PortForwarding.fromPartial({
        ...changes,
        id: await resolveId(session, portForwardingResource, id),
      });
      const answer = await change(options, (fields) =>
        session.portForwardings.updatePortForwarding({ portForwarding, updateMask, etag: "", ...fields }),
      );
      const made = { item: answer.portForwarding, position: answer.position };
      await finishChange(session, portForwardingResource, made, options);
    }),
  );
  addDelete(group, portForwardingResource, run);
}
