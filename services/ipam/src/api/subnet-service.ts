import { NotFound } from "@rhumbline/event-sourcing";
import {
  type Columns,
  fieldChecks,
  fieldsToUpdate,
  listPage,
  type MountedService,
  mount,
  requireFields,
  sees,
} from "@rhumbline/grpc";
import { parseCidr } from "@rhumbline/net";
import type { Subnet as WireSubnet } from "@rhumbline/proto/rhumbline/ipam/v1/subnet";
import { type CreateSubnetRequest, SubnetServiceService } from "@rhumbline/proto/rhumbline/ipam/v1/subnet_service";
import type { DefaultQuota, MutationCall, ServiceContext } from "@rhumbline/service";
import { type IpamState, subnets } from "../read-model/state.ts";
import type { UpdateSubnet } from "../subnet/commands.ts";
import { decideSubnet } from "../subnet/decide.ts";
import { updatablePaths } from "../subnet/settings.ts";
import type { ActiveSubnet, Subnet } from "../subnet/state.ts";
import { toWire } from "../subnet/wire.ts";
import { permittedSubnet, requireOwnNetwork, subnetBelonging } from "./permitted.ts";
import { createSubnet, releaseCidr } from "./subnet-cidr.ts";
import { type NewSubnet, parseCreateSubnet, parseSettings } from "./subnet-request.ts";
import { withinSubnetQuota } from "./within-quota.ts";

const columns: Columns<ActiveSubnet> = {
  id: ({ id }) => id,
  project_id: ({ projectId }) => projectId,
  network_id: ({ networkId }) => networkId,
  name: ({ settings }) => settings.name,
  cidr: ({ cidr }) => cidr,
  subnet_pool_id: ({ subnetPoolId }) => subnetPoolId,
  ip_version: ({ cidr }) => (cidr.includes(":") ? 6 : 4),
  gateway_ip: ({ settings }) => (settings.noGateway ? "" : settings.gatewayIp),
  enable_dhcp: ({ settings }) => settings.enableDhcp,
  description: ({ settings }) => settings.description,
  tags: ({ settings }) => settings.tags,
  create_time: ({ createTimeMs }) => createTimeMs,
  update_time: ({ updateTimeMs }) => updateTimeMs,
};

/** @param settings.quota how many subnets a project may have that was given no quota; absent: any number. */
export function mountSubnetService(
  context: ServiceContext<IpamState>,
  { quota: { subnet: defaultLimit } }: { quota: DefaultQuota },
): MountedService {
  const { fold, executor, mutation, readable } = context;
  const answer = (id: string, position: number) => ({ subnet: answerOf(subnets.select(fold.state, id), id), position });
  const project = (id: string): string => requireSubnet(subnets.select(fold.state, id), id).projectId;

  const newSubnet = (request: CreateSubnetRequest, call: MutationCall): NewSubnet => {
    const wanted = parseCreateSubnet(request, call, fold.state);
    const { projectId, networkId } = wanted.subnet;
    requireFields(call.caller, { "subnet.project_id": projectId !== call.caller.projectId });
    requireOwnNetwork(fold.state, call, networkId);
    return wanted;
  };

  return mount(SubnetServiceService, {
    createSubnet: mutation({
      async run(request, call) {
        const wanted = newSubnet(request, call);
        const { id, projectId } = wanted.subnet;
        const create = () => createSubnet(wanted, call, executor.execute);
        const { position } = await withinSubnetQuota(context, { projectId, defaultLimit }, create);
        return { resourceId: id, position };
      },
      answer,
      async rehearse(request, call) {
        const wanted = newSubnet(request, call);
        const { projectId } = wanted.subnet;
        const create = () =>
          createSubnet(wanted, call, async (aggregate, id, decide) => ({
            aggregate: executor.rehearse(aggregate, id, decide),
            position: fold.position,
          }));
        const rehearsed = await withinSubnetQuota(context, { projectId, defaultLimit }, create);
        return { subnet: answerOf(rehearsed.aggregate, wanted.subnet.id), position: fold.position };
      },
    }),

    async getSubnet(request, call) {
      const id = parseId(request.id);
      const { state, position } = await readable(request, call);
      return { subnet: answerOf(permittedSubnet(state, call, id), id), position };
    },

    async listSubnets(request, call) {
      const { state, position } = await readable(request, call);
      const isSeen = (subnet: ActiveSubnet): boolean => sees(call.caller, "subnet", subnetBelonging(state, subnet));
      const { items, nextPageToken } = listPage([...state.subnets.values()].filter(isSeen), columns, request);
      return { subnets: items.map((subnet) => answerOf(subnet, subnet.id)), nextPageToken, position };
    },

    updateSubnet: mutation({
      async run(request, call) {
        const command = parseUpdate(request, call, fold.state);
        const { id } = command;
        const done = await executor.execute(
          subnets,
          id,
          (s) => decideSubnet(command, s),
          call.completion(project(id), id),
        );
        return { resourceId: id, position: done.position };
      },
      answer,
      async rehearse(request, call) {
        const command = parseUpdate(request, call, fold.state);
        const updated = executor.rehearse(subnets, command.id, (subnet) => decideSubnet(command, subnet));
        return { subnet: answerOf(updated, command.id), position: fold.position };
      },
    }),

    deleteSubnet: mutation({
      async run(request, call) {
        const id = parseId(request.id);
        const subnet = permittedSubnet(fold.state, call, id);
        const { projectId } = subnet;
        const remove = { type: "DeleteSubnet", id, etag: request.etag } as const;
        const done = await executor.execute(
          subnets,
          id,
          (s) => decideSubnet(remove, s),
          call.completion(projectId, id),
        );
        await releaseCidr(subnet, call, executor.execute);
        return { resourceId: id, position: done.position };
      },
      answer: (_id, position) => ({ position }),
      async rehearse(request, call) {
        const { id } = permittedSubnet(fold.state, call, parseId(request.id));
        executor.rehearse(subnets, id, (s) => decideSubnet({ type: "DeleteSubnet", id, etag: request.etag }, s));
        return { position: fold.position };
      },
    }),
  });
}

function parseUpdate(
  request: { subnet: WireSubnet | undefined; updateMask: readonly string[] | undefined; etag: string },
  call: MutationCall,
  state: IpamState,
): UpdateSubnet {
  const { subnet: wanted } = request;
  const checks = fieldChecks();
  checks.require("subnet", wanted !== undefined, "is required");
  checks.uuid("subnet.id", wanted?.id ?? "");
  checks.done();
  if (wanted === undefined) throw new TypeError("checked field is absent");
  const present = permittedSubnet(state, call, wanted.id);
  const settings = parseSettings(wanted, parseCidr(present.cidr));
  const paths = fieldsToUpdate(request.updateMask, updatablePaths, (path) => isSet(wanted, path));
  return { type: "UpdateSubnet", id: wanted.id, settings, paths, etag: request.etag };
}

function isSet(subnet: WireSubnet, path: (typeof updatablePaths)[number]): boolean {
  const value = {
    name: subnet.name,
    description: subnet.description,
    gateway_ip: subnet.gatewayIp,
    no_gateway: subnet.noGateway,
    allocation_pools: subnet.allocationPools.length,
    dns_nameservers: subnet.dnsNameservers.length,
    host_routes: subnet.hostRoutes.length,
    enable_dhcp: subnet.enableDhcp,
    tags: subnet.tags.length,
  }[path];
  return Boolean(value);
}

function parseId(id: string): string {
  const checks = fieldChecks();
  checks.uuid("id", id);
  checks.done();
  return id;
}

function requireSubnet(subnet: Subnet, id: string): ActiveSubnet {
  if (subnet.status === "absent") throw new NotFound("subnet", id);
  return subnet;
}

function answerOf(subnet: Subnet, id: string): WireSubnet {
  const present = requireSubnet(subnet, id);
  return { ...toWire(present), createTime: new Date(present.createTimeMs), updateTime: new Date(present.updateTimeMs) };
}
