import { Router } from "@rhumbline/proto/rhumbline/topology/v1/router";
import type { Command } from "commander";
import { UsageError } from "../errors/usage-error.ts";
import { addDelete, addGet, addList, nameOrIdHelp } from "../resource/commands.ts";
import {
  type AdminStateOptions,
  adminStateUp,
  collect,
  type DescribedOptions,
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
import type { Run } from "../run.ts";
import type { Session } from "../session/session.ts";
import { networkResource } from "./network.ts";
import { type PlacementOptions, placementFields, withSettablePlacementFlags } from "./placement-flags.ts";
import { collectRoute, type TypedRoute } from "./route-flag.ts";
import { addRouterInterfaceCommands } from "./router-interface.ts";
import { addRouterMoveCommand } from "./router-move.ts";
import { routerResource } from "./router-resource.ts";

interface SettableOptions extends DescribedOptions, AdminStateOptions, PlacementOptions, MutationOptions {
  /** False: --no-gateway. */
  readonly gateway?: string | false;
  readonly externalNetwork?: string;
  readonly gatewayIp?: readonly string[];
  readonly snat?: boolean;
  /** False: --no-route. */
  readonly route?: readonly TypedRoute[] | false;
}

interface CreateOptions extends SettableOptions {
  readonly project?: string;
}

const settable = ({ route, ...options }: SettableOptions) =>
  given({
    name: options.name,
    description: options.description,
    tags: repeated(options.tag),
    adminStateUp: adminStateUp(options),
    routes: route === false ? [] : route,
    ...placementFields(options),
  });

function withSettableFlags(command: Command): Command {
  return withSettablePlacementFlags(withAdminStateFlags(withDescribedFlags(command)))
    .option("--gateway <network>", "the external network that it leads to")
    .option("--external-network <network>", "the same as --gateway")
    .option("--no-gateway", "it leads nowhere outside")
    .option("--gateway-ip <ip>", "its address on the external network; may be repeated", collect)
    .option("--snat", "instances leave with the router's address")
    .option("--no-snat", "instances leave with their own addresses")
    .option("--route <cidr,nexthop>", "an extra route; may be repeated; all extra routes there are to be", collectRoute)
    .option("--no-route", "no extra routes");
}

export function addRouterCommands(program: Command, run: Run): void {
  const group = program.command("router").description("routers between networks");
  const create = withSettableFlags(group.command("create").description("make a router").argument("<name>")).option(
    ...projectFlag,
  );
  withMutationFlags(create, routerResource).action(
    run(async (session, name: string, options: CreateOptions) => {
      const gateway = await wantedGateway(session, options, undefined);
      const wanted = { ...settable(options), name, ...given({ projectId: options.project }), ...gateway };
      const router = Router.fromPartial(wanted);
      const answer = await change(options, (fields) => session.routers.createRouter({ router, ...fields }));
      await finishChange(session, routerResource, { item: answer.router, position: answer.position }, options);
    }),
  );
  addGet(group, routerResource, run);
  addList(group, routerResource, run);
  const set = group.command("set").description("change a router").argument("<router>", nameOrIdHelp(routerResource));
  withMutationFlags(withSettableFlags(withNameFlag(set)), routerResource).action(run(setRouter));
  addRouterInterfaceCommands(group, run);
  addRouterMoveCommand(group, run);
  addDelete(group, routerResource, run);
}

async function setRouter(session: Session, nameOrId: string, options: SettableOptions): Promise<void> {
  const id = await resolveId(session, routerResource, nameOrId);
  const { item: present } = await routerResource.get(session, id, {
    minPosition: session.services.position(),
    asOf: undefined,
  });
  const gateway = await wantedGateway(session, options, present);
  const changes = { ...settable(options), ...gateway };
  const updateMask = maskOf(changes);
  const router = Router.fromPartial({ ...changes, id });
  // The gateway is one field: what is left of it as it was must not have changed meanwhile.
  const etag = "externalGateway" in changes ? (present?.etag ?? "") : "";
  const answer = await change(options, (fields) =>
    session.routers.updateRouter({ router, updateMask, etag, ...fields }),
  );
  await finishChange(session, routerResource, { item: answer.router, position: answer.position }, options);
}

/** Nothing where the options say nothing of the gateway.
 *  @throws {UsageError} */
async function wantedGateway(session: Session, options: SettableOptions, present: Router | undefined) {
  const { gateway = options.externalNetwork, gatewayIp, snat } = options;
  if (gateway === false) {
    if (gatewayIp !== undefined || snat !== undefined)
      throw new UsageError("--no-gateway excludes --gateway-ip, --snat and --no-snat");
    return { externalGateway: undefined };
  }
  if (gateway === undefined && gatewayIp === undefined && snat === undefined) return {};
  const before = present?.externalGateway;
  const networkId = gateway === undefined ? before?.networkId : await resolveId(session, networkResource, gateway);
  if (networkId === undefined)
    throw new UsageError("the router has no gateway: name its external network with --gateway");
  const kept = before?.networkId === networkId ? before : undefined;
  const addresses = gatewayIp?.map((ipAddress) => ({ ipAddress })) ?? kept?.addresses;
  return { externalGateway: { networkId, ...given({ addresses, enableSnat: snat ?? kept?.enableSnat }) } };
}
