import { type AllocationPool, Ipv6Mode, Subnet } from "@rhumbline/proto/rhumbline/ipam/v1/subnet";
import { CreateSubnetRequest } from "@rhumbline/proto/rhumbline/ipam/v1/subnet_service";
import { type Command, InvalidArgumentError, Option } from "commander";
import { UsageError } from "../errors/usage-error.ts";
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
import type { Session } from "../session/session.ts";
import { networkResource } from "./network.ts";
import { collectRoute, type TypedRoute } from "./route-flag.ts";
import { subnetPoolResource } from "./subnet-pool.ts";

export const subnetResource: Resource<Subnet> = {
  noun: "subnet",
  title: "subnet",
  field: "subnet",
  pluralField: "subnets",
  nameField: "name",
  kind: undefined,
  columns: [
    { heading: "ID", text: ({ id }) => id },
    { heading: "NAME", text: ({ name }) => name },
    { heading: "NETWORK", text: ({ networkId }) => networkId },
    { heading: "CIDR", text: ({ cidr }) => cidr },
    { heading: "GATEWAY", text: ({ gatewayIp, noGateway }) => (noGateway ? "none" : gatewayIp) },
    { heading: "POOLS", text: ({ allocationPools }) => allocationPools.map(poolText).join(", ") },
  ],
  idOf: ({ id }) => id,
  toJson: Subnet.toJSON,
  async get({ subnets }, id, at) {
    const { subnet, position } = await subnets.getSubnet({ id, ...at });
    return { item: subnet, position };
  },
  async list({ subnets }, query) {
    const { subnets: items, nextPageToken, position } = await subnets.listSubnets(query);
    return { items, nextPageToken, position };
  },
  remove: ({ subnets }, request) => subnets.deleteSubnet(request),
};

const poolText = ({ first, last }: AllocationPool): string => `${first}-${last}`;

interface SettableOptions extends DescribedOptions, MutationOptions {
  /** False: --no-gateway. */
  readonly gateway?: string | false;
  readonly pool?: readonly AllocationPool[];
  /** False: --no-dns, --no-host-route. */
  readonly dns?: readonly string[] | false;
  readonly hostRoute?: readonly TypedRoute[] | false;
  readonly dhcp?: boolean;
}

interface CreateOptions extends SettableOptions {
  readonly network: string;
  readonly cidr?: string;
  readonly subnetPool?: string;
  readonly defaultPool?: string;
  readonly prefixLength?: number;
  readonly project?: string;
  readonly ipv6RaMode?: Ipv6ModeName;
  readonly ipv6AddressMode?: Ipv6ModeName;
}

const settable = ({ gateway, ...options }: SettableOptions) =>
  given({
    name: options.name,
    description: options.description,
    tags: repeated(options.tag),
    gatewayIp: gateway === false ? undefined : gateway,
    noGateway: gateway === undefined ? undefined : gateway === false,
    allocationPools: options.pool,
    dnsNameservers: repeated(options.dns),
    hostRoutes: repeated(options.hostRoute),
    enableDhcp: options.dhcp,
  });

function withSettableFlags(command: Command): Command {
  return withDescribedFlags(command)
    .option("--gateway <ip>", "of instances and routers; of a new subnet the first address when absent")
    .option("--no-gateway", "instances get no default gateway, and routers no interface")
    .option("--pool <first-last>", "where automatic addresses come from; may be repeated", collectPool)
    .option("--dns <ip>", "a name server for instances; may be repeated", collect)
    .option("--no-dns", "no name servers")
    .option("--host-route <cidr,nexthop>", "a route for instances; may be repeated", collectRoute)
    .option("--no-host-route", "no routes")
    .option("--dhcp", "instances get their addresses by DHCP, and by router advertisements with --ipv6-ra-mode")
    .option("--no-dhcp", "instances get none by DHCP");
}

/** Neutron's words. */
const ipv6Modes = {
  slaac: Ipv6Mode.SLAAC,
  "dhcpv6-stateful": Ipv6Mode.DHCPV6_STATEFUL,
  "dhcpv6-stateless": Ipv6Mode.DHCPV6_STATELESS,
} as const;
type Ipv6ModeName = keyof typeof ipv6Modes;
const ipv6ModeNames = Object.keys(ipv6Modes);

export function addSubnetCommands(program: Command, run: Run): void {
  const group = program.command("subnet").description("blocks of addresses of a network");
  const create = withSettableFlags(group.command("create").description("make a subnet").argument("<name>"))
    .requiredOption("--network <network>", "the network it belongs to")
    .option("--cidr <cidr>", "like 10.0.0.0/24 or 2001:db8::/64")
    .option("--subnet-pool <subnetpool>", "take the CIDR from this pool")
    .addOption(
      new Option("--default-pool <version>", "take it from the default pool of this IP version").choices(["4", "6"]),
    )
    .option("--prefix-length <length>", "how wide what a pool gives is to be", wholeNumber)
    .addOption(new Option("--ipv6-ra-mode <mode>", "what advertisements say").choices(ipv6ModeNames))
    .addOption(new Option("--ipv6-address-mode <mode>", "how instances get addresses").choices(ipv6ModeNames))
    .option(...projectFlag);
  withMutationFlags(create, subnetResource).action(
    run(async (session, name: string, options: CreateOptions) => {
      const networkId = await resolveId(session, networkResource, options.network);
      const { ipv6RaMode, ipv6AddressMode } = options;
      const modes = given({
        ipv6RaMode: ipv6RaMode && ipv6Modes[ipv6RaMode],
        ipv6AddressMode: ipv6AddressMode && ipv6Modes[ipv6AddressMode],
      });
      const wanted = { ...settable(options), ...modes, name, networkId, ...given({ projectId: options.project }) };
      const request = await whereFrom(session, options, wanted);
      const answer = await change(options, (fields) =>
        session.subnets.createSubnet(CreateSubnetRequest.fromPartial({ ...request, ...fields })),
      );
      await finishChange(session, subnetResource, { item: answer.subnet, position: answer.position }, options);
    }),
  );
  addGet(group, subnetResource, run);
  addList(group, subnetResource, run);
  const set = group.command("set").description("change a subnet").argument("<subnet>", nameOrIdHelp(subnetResource));
  withMutationFlags(withSettableFlags(withNameFlag(set)), subnetResource).action(
    run(async (session, nameOrId: string, options: SettableOptions) => {
      const changes = settable(options);
      const updateMask = maskOf(changes);
      const subnet = Subnet.fromPartial({ ...changes, id: await resolveId(session, subnetResource, nameOrId) });
      const answer = await change(options, (fields) =>
        session.subnets.updateSubnet({ subnet, updateMask, etag: "", ...fields }),
      );
      await finishChange(session, subnetResource, { item: answer.subnet, position: answer.position }, options);
    }),
  );
  addDelete(group, subnetResource, run);
}

/** Where the subnet's CIDR is to come from. @throws {UsageError} */
async function whereFrom(session: Session, options: CreateOptions, wanted: Partial<Subnet>) {
  const { cidr, subnetPool, defaultPool, prefixLength } = options;
  const said = [cidr, subnetPool, defaultPool].filter((from) => from !== undefined).length;
  if (said === 0 || (defaultPool !== undefined && said > 1))
    throw new UsageError("say where the subnet lies: --cidr, --subnet-pool (both: that part of it) or --default-pool");
  if (cidr !== undefined && prefixLength !== undefined)
    throw new UsageError("--prefix-length goes with a pool that chooses; --cidr says its length itself");
  const subnetPoolId = subnetPool && (await resolveId(session, subnetPoolResource, subnetPool));
  return given({
    subnet: { ...wanted, ...given({ cidr, subnetPoolId }) },
    prefixLength,
    defaultPoolIpVersion: defaultPool === undefined ? undefined : Number(defaultPool),
  });
}

function wholeNumber(text: string): number {
  if (!/^\d{1,3}$/.test(text)) throw new InvalidArgumentError("accepted is a whole number.");
  return Number(text);
}

function collectPool(text: string, before: readonly AllocationPool[] = []): AllocationPool[] {
  const [first, last, ...more] = text.split("-");
  if (!first || !last || more.length > 0)
    throw new InvalidArgumentError("accepted is first-last, like 10.0.0.10-10.0.0.99.");
  return [...before, { first, last }];
}
