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
import {
  type SubnetPool,
  SubnetPoolServiceService,
  type UpdateSubnetPoolRequest,
} from "@rhumbline/proto/rhumbline/ipam/v1/subnet_pool_service";
import type { MutationCall, ServiceContext } from "@rhumbline/service";
import { defaultPoolOf, type IpamState, subnetPools } from "../read-model/state.ts";
import type { SubnetPoolCommand } from "../subnet-pool/commands.ts";
import { decideSubnetPool } from "../subnet-pool/decide.ts";
import {
  type ActiveSubnetPool,
  type SubnetPoolState,
  subnetPoolFields,
  subnetPoolPaths,
} from "../subnet-pool/state.ts";
import { permittedSubnetPool } from "./permitted.ts";
import { parseNewSubnetPool, parseSubnetPoolValues } from "./subnet-pool-request.ts";

const columns: Columns<ActiveSubnetPool> = {
  id: ({ id }) => id,
  project_id: ({ pool }) => pool.projectId,
  name: ({ pool }) => pool.name,
  is_default: ({ pool }) => pool.isDefault,
  ip_version: ({ pool }) => pool.ipVersion,
  shared: ({ pool }) => pool.shared,
  create_time: ({ createTimeMs }) => createTimeMs,
};

/** Which pool is a version's default is decided by one command after the other: it spans the pools' streams. */
const defaultPoolGuard = { exclusive: ["default-subnet-pool"] };

export function mountSubnetPoolService(context: ServiceContext<IpamState>): MountedService {
  const { fold, executor, guards, mutation, readable } = context;
  const find = (id: string): ActiveSubnetPool => requirePool(id, subnetPools.select(fold.state, id));
  const answer = (id: string, position: number) => ({ subnetPool: toWire(find(id)), position });
  const rehearsed = (id: string, command: SubnetPoolCommand): SubnetPoolState =>
    executor.rehearse(subnetPools, id, (pool) => decideSubnetPool(command, pool));
  const run = async (id: string, projectId: string, call: MutationCall, command: () => SubnetPoolCommand) => {
    const done = await guards.hold(defaultPoolGuard, () => {
      const decided = command();
      const decide = (pool: SubnetPoolState) => decideSubnetPool(decided, pool);
      return executor.execute(subnetPools, id, decide, call.completion(projectId, id));
    });
    return { resourceId: id, position: done.position };
  };
  const creating = (pool: SubnetPool): SubnetPoolCommand => ({
    type: "CreateSubnetPool",
    pool,
    defaultPoolId: defaultPoolOf(fold.state, pool.ipVersion),
  });
  const updating = (request: UpdateSubnetPoolRequest, call: MutationCall): SubnetPoolCommand => {
    const given = requirePoolGiven(request);
    const present = permittedSubnetPool(fold.state, call, given.id);
    const fields = fieldsToUpdate(request.updateMask, subnetPoolPaths, (path) => {
      const value = given[subnetPoolFields[path]];
      return Array.isArray(value) ? value.length > 0 : Boolean(value);
    });
    const values = parseSubnetPoolValues(given, present);
    const { isDefault } = present.pool;
    requireFields(call.caller, {
      "subnet_pool.is_default": fields.includes("is_default") && values.isDefault !== isDefault,
    });
    const defaultPoolId = defaultPoolOf(fold.state, present.pool.ipVersion);
    return { type: "UpdateSubnetPool", id: given.id, values, fields, defaultPoolId, etag: request.etag };
  };

  return mount(SubnetPoolServiceService, {
    createSubnetPool: mutation({
      run({ subnetPool }, call) {
        const pool = newPool(subnetPool, call);
        return run(pool.id, pool.projectId, call, () => creating(pool));
      },
      answer,
      async rehearse({ subnetPool }, call) {
        const pool = newPool(subnetPool, call);
        const made = rehearsed(pool.id, creating(pool));
        return { subnetPool: toWire(requirePool(pool.id, made)), position: fold.position };
      },
    }),

    async getSubnetPool(request, call) {
      const id = requireId(request.id);
      const { state, position } = await readable(request, call);
      return { subnetPool: toWire(permittedSubnetPool(state, call, id)), position };
    },

    async listSubnetPools(request, call) {
      const { state, position } = await readable(request, call);
      const seen = [...state.subnetPools.values()].filter(({ pool }) => sees(call.caller, "subnet pool", pool));
      const { items, nextPageToken } = listPage(seen, columns, request);
      return { subnetPools: items.map(toWire), nextPageToken, position };
    },

    updateSubnetPool: mutation({
      run(request, call) {
        const { id } = requirePoolGiven(request);
        const { pool } = permittedSubnetPool(fold.state, call, id);
        return run(id, pool.projectId, call, () => updating(request, call));
      },
      answer,
      async rehearse(request, call) {
        const { id } = requirePoolGiven(request);
        const after = requirePool(id, rehearsed(id, updating(request, call)));
        return { subnetPool: toWire(after), position: fold.position };
      },
    }),

    deleteSubnetPool: mutation({
      run(request, call) {
        const id = requireId(request.id);
        const { pool } = permittedSubnetPool(fold.state, call, id);
        const command = { type: "DeleteSubnetPool", id, etag: request.etag } as const;
        return run(id, pool.projectId, call, () => command);
      },
      answer: (_id, position) => ({ position }),
      async rehearse(request, call) {
        const { id } = permittedSubnetPool(fold.state, call, requireId(request.id));
        rehearsed(id, { type: "DeleteSubnetPool", id, etag: request.etag });
        return { position: fold.position };
      },
    }),
  });
}

/** @throws {InvalidFields} {Forbidden} */
function newPool(given: SubnetPool | undefined, call: MutationCall): SubnetPool {
  const { caller } = call;
  const pool = parseNewSubnetPool(given, call.newId("subnet-pool"), caller.projectId);
  requireFields(caller, {
    "subnet_pool.project_id": pool.projectId !== caller.projectId,
    "subnet_pool.shared": pool.shared,
    "subnet_pool.is_default": pool.isDefault,
  });
  return pool;
}

function requireId(id: string): string {
  const checks = fieldChecks();
  checks.uuid("id", id);
  checks.done();
  return id;
}

function requirePoolGiven({ subnetPool }: UpdateSubnetPoolRequest): SubnetPool {
  const checks = fieldChecks();
  checks.require("subnet_pool", subnetPool !== undefined, "is required");
  checks.uuid("subnet_pool.id", subnetPool?.id ?? "");
  checks.done();
  return subnetPool as SubnetPool;
}

function requirePool(id: string, pool: SubnetPoolState): ActiveSubnetPool {
  if (pool.status === "absent") throw new NotFound("subnet pool", id);
  return pool;
}

function toWire({ pool, createTimeMs, updateTimeMs, etag }: ActiveSubnetPool): SubnetPool {
  return { ...pool, createTime: new Date(createTimeMs), updateTime: new Date(updateTimeMs), etag };
}
