import { ResourceKind } from "@rhumbline/proto/rhumbline/scheduler/v1/realisation_service";
import { AddressGroup } from "@rhumbline/proto/rhumbline/topology/v1/address_group";
import type { Command } from "commander";
import { addDelete, addGet, addList, nameOrIdHelp } from "../resource/commands.ts";
import {
  collect,
  type DescribedOptions,
  given,
  maskOf,
  projectFlag,
  repeated,
  withDescribedFlags,
  withNameFlag,
} from "../resource/flags.ts";
import { change, finishChange, type MutationOptions, withMutationFlags } from "../resource/mutation.ts";
import { resolveId } from "../resource/name-or-id.ts";
import type { Resource } from "../resource/resource.ts";
import type { Run } from "../run.ts";

export const addressGroupResource: Resource<AddressGroup> = {
  noun: "address-group",
  title: "address group",
  field: "addressGroup",
  pluralField: "addressGroups",
  nameField: "name",
  kind: ResourceKind.ADDRESS_GROUP,
  columns: [
    { heading: "ID", text: ({ id }) => id },
    { heading: "NAME", text: ({ name }) => name },
    { heading: "ADDRESSES", text: ({ addresses }) => addresses.join(", ") },
  ],
  idOf: ({ id }) => id,
  toJson: AddressGroup.toJSON,
  async get({ addressGroups }, id, at) {
    const { addressGroup, position } = await addressGroups.getAddressGroup({ id, ...at });
    return { item: addressGroup, position };
  },
  async list({ addressGroups }, query) {
    const { addressGroups: items, nextPageToken, position } = await addressGroups.listAddressGroups(query);
    return { items, nextPageToken, position };
  },
  remove: ({ addressGroups }, request) => addressGroups.deleteAddressGroup(request),
};

interface SettableOptions extends DescribedOptions, MutationOptions {
  /** False: --no-address. */
  readonly address?: readonly string[] | false;
}

interface CreateOptions extends SettableOptions {
  readonly project?: string;
}

const settable = ({ name, description, tag, address }: SettableOptions) =>
  given({ name, description, tags: repeated(tag), addresses: repeated(address) });

const withSettableFlags = (command: Command): Command =>
  withDescribedFlags(command)
    .option("--address <cidr>", "a CIDR or an address; may be repeated; all that there are to be", collect)
    .option("--no-address", "no addresses");

export function addAddressGroupCommands(program: Command, run: Run): void {
  const group = program.command("address-group").description("addresses that rules of security groups refer to");
  const create = withSettableFlags(
    group.command("create").description("give addresses a name").argument("<name>"),
  ).option(...projectFlag);
  withMutationFlags(create, addressGroupResource).action(
    run(async (session, name: string, options: CreateOptions) => {
      const wanted = { ...settable(options), name, ...given({ projectId: options.project }) };
      const addressGroup = AddressGroup.fromPartial(wanted);
      const answer = await change(options, (fields) =>
        session.addressGroups.createAddressGroup({ addressGroup, ...fields }),
      );
      const found = { item: answer.addressGroup, position: answer.position };
      await finishChange(session, addressGroupResource, found, options);
    }),
  );
  addGet(group, addressGroupResource, run);
  addList(group, addressGroupResource, run);
  const set = group
    .command("set")
    .description("change an address group")
    .argument("<address-group>", nameOrIdHelp(addressGroupResource));
  withMutationFlags(withSettableFlags(withNameFlag(set)), addressGroupResource).action(
    run(async (session, nameOrId: string, options: SettableOptions) => {
      const changes = settable(options);
      const updateMask = maskOf(changes);
      const id = await resolveId(session, addressGroupResource, nameOrId);
      const addressGroup = AddressGroup.fromPartial({ ...changes, id });
      const answer = await change(options, (fields) =>
        session.addressGroups.updateAddressGroup({ addressGroup, updateMask, etag: "", ...fields }),
      );
      const found = { item: answer.addressGroup, position: answer.position };
      await finishChange(session, addressGroupResource, found, options);
    }),
  );
  addDelete(group, addressGroupResource, run);
}
