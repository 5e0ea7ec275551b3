import { SubnetPool } from "@rhumbline/proto/rhumbline/ipam/v1/subnet_pool_service";
import { type Command, InvalidArgumentError } from "commander";
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

export const subnetPoolResource: Resource<SubnetPool> = {
  noun: "subnetpool",
  title: "subnet pool",
  field: "subnetPool",
  pluralField: "subnetPools",
  nameField: "name",
  kind: undefined,
  columns: [
    { heading: "ID", text: ({ id }) => id },
    { heading: "NAME", text: ({ name }) => name },
    { heading: "PREFIXES", text: ({ prefixes }) => prefixes.join(", ") },
    { heading: "LENGTH", text: ({ defaultPrefixLength }) => `/${defaultPrefixLength}` },
    { heading: "DEFAULT", text: ({ isDefault }) => (isDefault ? "yes" : "no") },
    { heading: "SHARED", text: ({ shared }) => (shared ? "yes" : "no") },
  ],
  idOf: ({ id }) => id,
  toJson: SubnetPool.toJSON,
  async get({ subnetPools }, id, at) {
    const { subnetPool, position } = await subnetPools.getSubnetPool({ id, ...at });
    return { item: subnetPool, position };
  },
  async list({ subnetPools }, query) {
    const { subnetPools: items, nextPageToken, position } = await subnetPools.listSubnetPools(query);
    return { items, nextPageToken, position };
  },
  remove: ({ subnetPools }, request) => subnetPools.deleteSubnetPool(request),
};

interface SettableOptions extends DescribedOptions, MutationOptions {
  readonly prefix?: readonly string[];
  readonly defaultPrefixLength?: number;
  readonly minPrefixLength?: number;
  readonly maxPrefixLength?: number;
  readonly defaultQuota?: number;
  readonly default?: boolean;
}

interface CreateOptions extends SettableOptions {
  readonly share?: boolean;
  readonly project?: string;
}

const settable = (options: SettableOptions) =>
  given({
    name: options.name,
    description: options.description,
    tags: repeated(options.tag),
    prefixes: options.prefix,
    defaultPrefixLength: options.defaultPrefixLength,
    minPrefixLength: options.minPrefixLength,
    maxPrefixLength: options.maxPrefixLength,
    defaultQuota: options.defaultQuota,
    isDefault: options.default,
  });

function withSettableFlags(command: Command): Command {
  return withDescribedFlags(command)
    .option("--prefix <cidr>", "a block that subnets are carved from; may be repeated: all there are to be", collect)
    .option("--default-prefix-length <length>", "of a subnet that asks for none", wholeNumber)
    .option("--min-prefix-length <length>", "the widest subnet that is given", wholeNumber)
    .option("--max-prefix-length <length>", "the narrowest", wholeNumber)
    .option("--default-quota <count>", "what each project may take: IPv4 addresses, IPv6 /64; 0: any", wholeNumber)
    .option("--default", "where subnets come from that ask for a pool and name none")
    .option("--no-default", "only subnets that name it come from it");
}

export function addSubnetPoolCommands(program: Command, run: Run): void {
  const group = program.command("subnetpool").description("blocks that subnets are carved from");
  const create = withSettableFlags(group.command("create").description("make a subnet pool").argument("<name>"))
    .option("--share", "let every project use it")
    .option(...projectFlag);
  withMutationFlags(create, subnetPoolResource).action(
    run(async (session, name: string, options: CreateOptions) => {
      const beside = given({ shared: options.share, projectId: options.project });
      const subnetPool = SubnetPool.fromPartial({ ...settable(options), name, ...beside });
      const answer = await change(options, (fields) => session.subnetPools.createSubnetPool({ subnetPool, ...fields }));
      await finishChange(session, subnetPoolResource, { item: answer.subnetPool, position: answer.position }, options);
    }),
  );
  addGet(group, subnetPoolResource, run);
  addList(group, subnetPoolResource, run);
  const set = group
    .command("set")
    .description("change a subnet pool")
    .argument("<subnetpool>", nameOrIdHelp(subnetPoolResource));
  withMutationFlags(withSettableFlags(withNameFlag(set)), subnetPoolResource).action(
    run(async (session, nameOrId: string, options: SettableOptions) => {
      const changes = settable(options);
      const updateMask = maskOf(changes);
      const id = await resolveId(session, subnetPoolResource, nameOrId);
      const subnetPool = SubnetPool.fromPartial({ ...changes, id });
      const answer = await change(options, (fields) =>
        session.subnetPools.updateSubnetPool({ subnetPool, updateMask, etag: "", ...fields }),
      );
      await finishChange(session, subnetPoolResource, { item: answer.subnetPool, position: answer.position }, options);
    }),
  );
  addDelete(group, subnetPoolResource, run);
}

function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError("accepted is a whole number.");
  return Number(text);
}
