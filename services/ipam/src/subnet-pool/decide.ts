import { canonicalText, EtagMismatch, InvalidFields, NotFound } from "@rhumbline/event-sourcing";
import { formatCidr, parseCidr } from "@rhumbline/net";
import { carve, liesInPool } from "./carve.ts";
import type {
  AllocatePrefix,
  CreateSubnetPool,
  DeleteSubnetPool,
  ReleasePrefix,
  SubnetPoolCommand,
  UpdateSubnetPool,
} from "./commands.ts";
import { DefaultSubnetPoolExists, SubnetPoolInUse } from "./errors.ts";
import type { SubnetPoolEvent } from "./events.ts";
import { withFields } from "./evolve.ts";
import {
  type ActiveSubnetPool,
  type Carved,
  type SubnetPool,
  type SubnetPoolState,
  subnetPoolFields,
} from "./state.ts";

/** @throws {NotFound} {EtagMismatch} {InvalidFields} and what errors.ts names */
export function decideSubnetPool(command: SubnetPoolCommand, pool: SubnetPoolState): readonly SubnetPoolEvent[] {
  switch (command.type) {
    case "CreateSubnetPool":
      return create(command, pool);
    case "UpdateSubnetPool":
      return update(command, requirePool(command.id, pool));
    case "DeleteSubnetPool":
      return remove(command, requirePool(command.id, pool));
    case "AllocatePrefix":
      return allocate(command, requirePool(command.subnetPoolId, pool));
    case "ReleasePrefix":
      return release(command, pool);
    default:
      return command satisfies never;
  }
}

function create({ pool, defaultPoolId }: CreateSubnetPool, present: SubnetPoolState): SubnetPoolEvent[] {
  if (present.status === "active") return []; // asked twice: nothing to do
  requireLengthsInOrder(pool);
  requireOnlyDefault(pool, defaultPoolId);
  return [{ type: "SubnetPoolCreated", data: { subnetPool: pool } }];
}

function update(command: UpdateSubnetPool, present: ActiveSubnetPool): SubnetPoolEvent[] {
  const { id, values, fields, etag, defaultPoolId } = command;
  requireEtag(etag, present);
  const after = withFields(present.pool, values, fields);
  const changed = fields.filter((field) => {
    const key = subnetPoolFields[field];
    return canonicalText(after[key]) !== canonicalText(present.pool[key]);
  });
  if (changed.length === 0) return [];
  requireLengthsInOrder(after);
  requireOnlyDefault(after, defaultPoolId);
  requireNeededByNone(present, ({ cidr }) => !liesInPool(parseCidr(cidr), after.prefixes));
  return [{ type: "SubnetPoolUpdated", data: { subnetPoolId: id, subnetPool: after, changed } }];
}

function remove({ id, etag }: DeleteSubnetPool, present: ActiveSubnetPool): SubnetPoolEvent[] {
  requireEtag(etag, present);
  requireNeededByNone(present, () => true);
  return [{ type: "SubnetPoolDeleted", data: { subnetPoolId: id } }];
}

/** Whose subnets need it is told to the pool's own project only as far as they are its own. */
function requireNeededByNone({ id, pool, carvedBySubnet }: ActiveSubnetPool, needs: (carved: Carved) => boolean): void {
  const needing = [...carvedBySubnet.entries()].filter(([, carved]) => needs(carved));
  if (needing.length === 0) return;
  const own = needing.filter(([, { projectId }]) => projectId === pool.projectId).map(([subnetId]) => subnetId);
  throw new SubnetPoolInUse(id, own, needing.length - own.length);
}

function allocate(command: AllocatePrefix, present: ActiveSubnetPool): SubnetPoolEvent[] {
  const { subnetPoolId, subnetId, projectId } = command;
  if (present.carvedBySubnet.has(subnetId)) return []; // asked twice: nothing to do
  const cidr = formatCidr(carve(command, present));
  return [{ type: "PrefixAllocated", data: { subnetPoolId, subnetId, projectId, cidr } }];
}

function release({ subnetId }: ReleasePrefix, present: SubnetPoolState): SubnetPoolEvent[] {
  if (present.status === "absent" || !present.carvedBySubnet.has(subnetId)) return [];
  return [{ type: "PrefixReleased", data: { subnetPoolId: present.id, subnetId } }];
}

function requireLengthsInOrder({
  minPrefixLength: min,
  defaultPrefixLength: usual,
  maxPrefixLength: max,
}: SubnetPool): void {
  if (min <= usual && usual <= max) return;
  const description = `must be min_prefix_length or more and max_prefix_length or less: ${min} ≤ ${usual} ≤ ${max} does not hold`;
  throw new InvalidFields([{ field: "subnet_pool.default_prefix_length", description }]);
}

function requireOnlyDefault({ id, isDefault, ipVersion }: SubnetPool, defaultPoolId: string | undefined): void {
  if (isDefault && defaultPoolId !== undefined && defaultPoolId !== id)
    throw new DefaultSubnetPoolExists(ipVersion, defaultPoolId);
}

function requirePool(id: string, pool: SubnetPoolState): ActiveSubnetPool {
  if (pool.status === "absent") throw new NotFound("subnet pool", id);
  return pool;
}

function requireEtag(given: string, { id, etag }: ActiveSubnetPool): void {
  if (given !== "" && given !== etag) throw new EtagMismatch("subnet pool", id, given, etag);
}
