import { type FieldChecks, fieldChecks } from "@rhumbline/grpc";
import { type Cidr, cidrContainsCidr, compareCidrs, formatCidr, parseCidr } from "@rhumbline/net";
import type { SubnetPool } from "@rhumbline/proto/rhumbline/ipam/v1/subnet_pool_service";
import { specialIn } from "../subnet/special-cidrs.ts";
import type { ActiveSubnetPool } from "../subnet-pool/state.ts";

const maxTags = 50;
const maxTagLength = 60;

/** A pool as asked for, complete: its lengths filled in, its prefixes in order.
 *  @throws {InvalidFields} with every field that is wrong. */
export function parseNewSubnetPool(given: SubnetPool | undefined, id: string, callerProject: string): SubnetPool {
  const checks = fieldChecks();
  checks.require("subnet_pool", given !== undefined, "is required");
  checks.done();
  if (given === undefined) throw new TypeError("checked field is absent");
  checks.require("subnet_pool.id", given.id === "", "is made by the service: leave it empty");
  const pool = parsePool(checks, given);
  return { ...pool, id, projectId: given.projectId || callerProject };
}

/** The new values of an update.
 *  @throws {InvalidFields} */
export function parseSubnetPoolValues(given: SubnetPool, { pool }: ActiveSubnetPool): SubnetPool {
  const checks = fieldChecks();
  // What an update leaves out stays as it is: only what it gives is checked.
  const prefixes = given.prefixes.length > 0 ? given.prefixes : pool.prefixes;
  const { id, projectId, shared, ipVersion } = pool;
  const values = parsePool(checks, { ...given, prefixes });
  checks.require("subnet_pool.prefixes", values.ipVersion === ipVersion, `must be of IPv${ipVersion}, as they are`);
  checks.done();
  return { ...values, id, projectId, shared };
}

function parsePool(checks: FieldChecks, given: SubnetPool): SubnetPool {
  const field = (name: string): string => `subnet_pool.${name}`;
  checks.text(field("project_id"), given.projectId);
  checks.text(field("name"), given.name);
  checks.text(field("description"), given.description);
  checks.require(field("tags"), given.tags.length <= maxTags, `at most ${maxTags} are accepted`);
  for (const [i, tag] of given.tags.entries()) checks.text(field(`tags[${i}]`), tag, maxTagLength);
  checks.require(field("default_quota"), given.defaultQuota >= 0, `${given.defaultQuota} is negative`);
  checks.require(field("prefixes"), given.prefixes.length > 0, "one at least is required");
  const cidrs = given.prefixes.flatMap((text, i) => checks.parse(field(`prefixes[${i}]`), text, parseCidr) ?? []);
  for (const cidr of cidrs) {
    const special = specialIn(cidr);
    checks.require(field("prefixes"), special === undefined, `${formatCidr(cidr)} has ${special}; choose another`);
  }
  const family = cidrs[0]?.network.family ?? 4;
  const oneVersion = cidrs.every(({ network }) => network.family === family);
  checks.require(field("prefixes"), oneVersion, "must be of one IP version");
  const bits = family === 4 ? 32 : 128;
  const { minPrefixLength, maxPrefixLength, defaultPrefixLength } = given;
  for (const [name, length] of Object.entries({
    min_prefix_length: minPrefixLength,
    max_prefix_length: maxPrefixLength,
    default_prefix_length: defaultPrefixLength,
  })) {
    checks.require(field(name), length >= 0 && length <= bits, `${length} is outside 0 to ${bits}`);
  }
  checks.done();
  const min = minPrefixLength || (family === 4 ? 8 : 64);
  return {
    ...given,
    prefixes: outermost(cidrs).map(formatCidr),
    minPrefixLength: min,
    maxPrefixLength: maxPrefixLength || bits,
    defaultPrefixLength: defaultPrefixLength || min,
    ipVersion: family,
    createTime: undefined,
    updateTime: undefined,
    etag: "",
  };
}

/** Each block once: without those that lie in another. */
function outermost(cidrs: readonly Cidr[]): Cidr[] {
  const outer: Cidr[] = [];
  for (const cidr of cidrs.toSorted(compareCidrs)) {
    const last = outer.at(-1);
    if (last === undefined || !cidrContainsCidr(last, cidr)) outer.push(cidr);
  }
  return outer;
}
