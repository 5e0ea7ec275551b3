import { ResourceKind } from "@rhumbline/proto/rhumbline/scheduler/v1/realisation_service";
import { Network, type NetworkType, networkTypeFromJSON } from "@rhumbline/proto/rhumbline/topology/v1/network";
import { type Command, InvalidArgumentError, Option } from "commander";
import { addDelete, addGet, addList, nameOrIdHelp } from "../resource/commands.ts";
import {
  type AdminStateOptions,
  adminStateUp,
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

export const networkResource: Resource<Network> = {
  noun: "network",
  title: "network",
  field: "network",
  pluralField: "networks",
  nameField: "name",
  kind: ResourceKind.NETWORK,
  columns: [
    { heading: "ID", text: ({ id }) => id },
    { heading: "NAME", text: ({ name }) => name },
    { heading: "SEGMENT", text: segmentText },
    { heading: "MTU", text: ({ mtu }) => String(mtu) },
    { heading: "EXTERNAL", text: ({ external }) => (external ? "yes" : "no") },
    { heading: "STATUS", text: ({ status }) => enumText(status, "NETWORK_STATUS_"), status: true },
  ],
  idOf: ({ id }) => id,
  toJson: Network.toJSON,
  async get({ networks }, id, at) {
    const { network, position } = await networks.getNetwork({ id, ...at });
    return { item: network, position };
  },
  async list({ networks }, query) {
    const { networks: items, nextPageToken, position } = await networks.listNetworks(query);
    return { items, nextPageToken, position };
  },
  remove: ({ networks }, request) => networks.deleteNetwork(request),
};

/** "vxlan 17", "flat physnet1". */
function segmentText({ segment }: Network): string {
  if (segment === undefined) return "";
  const { networkType, physicalNetwork, segmentationId } = segment;
  const type = enumText(networkType, "NETWORK_TYPE_").toLowerCase();
  return [type, physicalNetwork, segmentationId || ""].filter((part) => part !== "").join(" ");
}

interface SettableOptions extends DescribedOptions, AdminStateOptions, MutationOptions {
  readonly share?: boolean;
  readonly external?: boolean;
  readonly mtu?: number;
  /** False: --no-dns-domain. */
  readonly dnsDomain?: string | false;
}

interface CreateOptions extends SettableOptions {
  readonly type?: string;
  readonly physicalNetwork?: string;
  readonly segment?: number;
  readonly project?: string;
}

const settable = (options: SettableOptions) =>
  given({
    name: options.name,
    description: options.description,
    tags: repeated(options.tag),
    adminStateUp: adminStateUp(options),
    shared: options.share,
    external: options.external,
    mtu: options.mtu,
    dnsDomain: options.dnsDomain === undefined ? undefined : options.dnsDomain || "",
  });

function withSettableFlags(command: Command): Command {
  return withAdminStateFlags(withDescribedFlags(command))
    .option("--share", "let every project use it")
    .option("--no-share", "only its own project uses it")
    .option("--external", "it leads outside: gateways and floating IPs may come from it")
    .option("--no-external", "it leads nowhere outside")
    .option("--mtu <bytes>", "of an IP packet", wholeNumber)
    .option("--dns-domain <domain>", "of its instances' host names, like shop.example.org")
    .option("--no-dns-domain", "the nodes' own setting");
}

const networkType = (text: string | undefined): NetworkType | undefined =>
  text === undefined ? undefined : networkTypeFromJSON(`NETWORK_TYPE_${text.toUpperCase()}`);

export function addNetworkCommands(program: Command, run: Run): void {
  const group = program.command("network").description("layer-2 broadcast domains");
  const create = withSettableFlags(group.command("create").description("make a network").argument("<name>"))
    .addOption(new Option("--type <type>", "how its frames travel").choices(["vxlan", "flat", "vlan", "local"]))
    .option("--physical-network <name>", "of a flat or vlan network: what nodes map to a bridge or device")
    .option("--segment <id>", "VNI or VLAN id; the next free one when absent", wholeNumber)
    .option(...projectFlag);
  withMutationFlags(create, networkResource).action(
    run(async (session, name: string, options: CreateOptions) => {
      const segment = given({
        networkType: networkType(options.type),
        physicalNetwork: options.physicalNetwork,
        segmentationId: options.segment,
      });
      const wanted = { ...settable(options), name, ...given({ projectId: options.project }), segment };
      const network = Network.fromPartial(wanted);
      const answer = await change(options, (fields) => session.networks.createNetwork({ network, ...fields }));
      await finishChange(session, networkResource, { item: answer.network, position: answer.position }, options);
    }),
  );
  addGet(group, networkResource, run);
  addList(group, networkResource, run);
  const set = group.command("set").description("change a network").argument("<network>", nameOrIdHelp(networkResource));
  withMutationFlags(withSettableFlags(withNameFlag(set)), networkResource).action(
    run(async (session, nameOrId: string, options: SettableOptions) => {
      const changes = settable(options);
      const updateMask = maskOf(changes);
      const network = Network.fromPartial({ ...changes, id: await resolveId(session, networkResource, nameOrId) });
      const answer = await change(options, (fields) =>
        session.networks.updateNetwork({ network, updateMask, etag: "", ...fields }),
      );
      await finishChange(session, networkResource, { item: answer.network, position: answer.position }, options);
    }),
  );
  addDelete(group, networkResource, run);
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("accepted is a whole number.");
  return Number(text);
}
