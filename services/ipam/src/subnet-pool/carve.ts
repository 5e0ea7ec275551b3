import { InvalidFields } from "@rhumbline/event-sourcing";
import {
  type Cidr,
  cidrContainsCidr,
  cidrOf,
  cidrRange,
  cidrSize,
  cidrsOverlap,
  formatCidr,
  type IpRange,
  ipAddressBits,
  parseCidr,
  subtractRanges,
} from "@rhumbline/net";
import type { AllocatePrefix } from "./commands.ts";
import { CidrInUse, CidrOutsideSubnetPool, SubnetPoolExhausted, SubnetPoolQuotaExceeded } from "./errors.ts";
import type { ActiveSubnetPool, SubnetPool } from "./state.ts";

/** The CIDR that a subnet gets: the one it names, or the lowest that is free.
 *  @throws {InvalidFields} {CidrOutsideSubnetPool} {CidrInUse} {SubnetPoolExhausted} {SubnetPoolQuotaExceeded} */
export function carve({ wanted, projectId }: AllocatePrefix, present: ActiveSubnetPool): Cidr {
  const { pool } = present;
  const named = "network" in wanted ? wanted : undefined;
  const prefixLength = wanted.prefixLength ?? pool.defaultPrefixLength;
  requireLength(prefixLength, named === undefined ? "prefix_length" : "subnet.cidr", pool);
  if (named !== undefined) requireFree(named, projectId, present);
  const cidr = named ?? lowestFree(prefixLength, present);
  if (cidr === undefined) throw new SubnetPoolExhausted(present.id, prefixLength);
  requireQuota(cidr, projectId, present);
  return cidr;
}

export const liesInPool = (cidr: Cidr, prefixes: readonly string[]): boolean =>
  prefixes.some((prefix) => cidrContainsCidr(parseCidr(prefix), cidr));

function requireLength(
  length: number,
  field: string,
  { minPrefixLength: min, maxPrefixLength: max }: SubnetPool,
): void {
  if (length >= min && length <= max) return;
  const description = `the subnet pool gives subnets of /${min} to /${max}, not of /${length}`;
  throw new InvalidFields([{ field, description }]);
}

function requireFree(cidr: Cidr, projectId: string, { id, pool, carvedBySubnet }: ActiveSubnetPool): void {
  if (!liesInPool(cidr, pool.prefixes)) throw new CidrOutsideSubnetPool(id, formatCidr(cidr), pool.prefixes);
  for (const [subnetId, carved] of carvedBySubnet.entries()) {
    if (!cidrsOverlap(parseCidr(carved.cidr), cidr)) continue;
    const own = carved.projectId === projectId;
    throw new CidrInUse(id, formatCidr(cidr), own ? { cidr: carved.cidr, subnetId } : undefined);
  }
}

function lowestFree(prefixLength: number, { pool, carvedBySubnet }: ActiveSubnetPool): Cidr | undefined {
  const rangeOf = (cidr: string): IpRange => cidrRange(parseCidr(cidr));
  const taken = [...carvedBySubnet.entries()].map(([, { cidr }]) => rangeOf(cidr));
  // Block by block: a subnet can't span two, even where they touch.
  for (const prefix of pool.prefixes) {
    for (const free of subtractRanges([rangeOf(prefix)], taken)) {
      const cidr = lowestIn(free, prefixLength);
      if (cidr !== undefined) return cidr;
    }
  }
  return undefined;
}

function lowestIn({ first, last }: IpRange, prefixLength: number): Cidr | undefined {
  const below = cidrOf(first, prefixLength);
  const size = cidrSize(below);
  const value = below.network.value === first.value ? first.value : below.network.value + size;
  return value + size - 1n <= last.value ? { network: { family: first.family, value }, prefixLength } : undefined;
}

/** Neutron counts addresses in IPv4 and networks of /64 in IPv6: neutron/ipam/subnet_alloc.py. */
function requireQuota(cidr: Cidr, projectId: string, { id, pool, carvedBySubnet }: ActiveSubnetPool): void {
  const quota = pool.defaultQuota;
  if (quota === 0) return;
  const unitBits = pool.ipVersion === 4 ? 32 : 64;
  const amountOf = ({ prefixLength, network }: Cidr): bigint =>
    prefixLength >= unitBits ? 1n : 1n << BigInt(Math.min(unitBits, ipAddressBits(network.family)) - prefixLength);
  const mine = [...carvedBySubnet.entries()].filter(([, carved]) => carved.projectId === projectId);
  const taken = mine.reduce((sum, [, carved]) => sum + amountOf(parseCidr(carved.cidr)), 0n);
  const more = amountOf(cidr);
  const unit = pool.ipVersion === 4 ? "addresses" : "/64 networks";
  if (taken + more > BigInt(quota)) throw new SubnetPoolQuotaExceeded(id, projectId, { taken, more, quota, unit });
}
