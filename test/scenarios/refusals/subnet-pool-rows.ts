import { randomUUID } from "node:crypto";
import { Subnet } from "@rhumbline/proto/rhumbline/ipam/v1/subnet";
import { SubnetPool } from "@rhumbline/proto/rhumbline/ipam/v1/subnet_pool_service";
import type { ControlPlane } from "../topology/control-plane.ts";
import { inNoPool, make, plainly, read } from "../topology/make.ts";
import { asked, type RefusalRow } from "./refusal-row.ts";

async function pool(plane: ControlPlane, fields: Partial<SubnetPool> = {}): Promise<string> {
  const subnetPool = SubnetPool.fromPartial({ prefixes: ["10.0.0.0/22"], defaultPrefixLength: 24, ...fields });
  const answer = await plane.subnetPools.createSubnetPool({ subnetPool, ...plainly });
  return answer.subnetPool?.id ?? "";
}
async function carve(plane: ControlPlane, subnetPoolId: string, fields: Partial<Subnet>, prefixLength = 0) {
  const { id: networkId } = await make(plane).network();
  const subnet = Subnet.fromPartial({ networkId, subnetPoolId, ...fields });
  return plane.subnets.createSubnet({ subnet, ...inNoPool, prefixLength, ...plainly });
}
const refusedPool = (fields: Partial<SubnetPool>) => async (plane: ControlPlane) => asked(() => pool(plane, fields));
const refusedCarving =
  (poolFields: Partial<SubnetPool>, fields: Partial<Subnet>, prefixLength = 0) =>
  async (plane: ControlPlane) => {
    const id = await pool(plane, poolFields);
    return asked(() => carve(plane, id, fields, prefixLength));
  };

export const subnetPoolRows: readonly RefusalRow[] = [
  {
    neutron: "SubnetPoolNotFound",
    when: "a subnet pool that does not exist is read",
    reason: "NOT_FOUND",
    says: /subnet pool .* does not exist/,
    attempt: async (plane) => asked(() => plane.subnetPools.getSubnetPool({ id: randomUUID(), ...read })),
  },
  {
    neutron: "EmptySubnetPoolPrefixList",
    when: "a subnet pool has no prefix",
    reason: "INVALID_FIELD",
    says: /prefixes: one at least is required/,
    attempt: refusedPool({ prefixes: [] }),
  },
  {
    neutron: "PrefixVersionMismatch",
    when: "a subnet pool's prefixes are of two IP versions",
    reason: "INVALID_FIELD",
    says: /must be of one IP version/,
    attempt: refusedPool({ prefixes: ["10.0.0.0/8", "2001:db8::/32"] }),
  },
  {
    neutron: "IllegalSubnetPoolPrefixBounds",
    when: "a subnet pool's shortest prefix is longer than its longest",
    reason: "INVALID_FIELD",
    says: /26 ≤ 24 ≤ 25 does not hold/,
    attempt: refusedPool({ minPrefixLength: 26, maxPrefixLength: 25 }),
  },
  {
    neutron: "SubnetPoolInUse",
    when: "a subnet pool that a subnet is of is deleted",
    reason: "SUBNET_POOL_IN_USE",
    says: /is needed by subnet [0-9a-f-]{36}; delete those first/,
    async attempt(plane) {
      const id = await pool(plane);
      await carve(plane, id, {});
      return asked(() => plane.subnetPools.deleteSubnetPool({ id, etag: "", ...plainly }));
    },
  },
  {
    neutron: "IllegalSubnetPoolPrefixUpdate",
    when: "a subnet pool loses the prefix that a subnet lies in",
    reason: "SUBNET_POOL_IN_USE",
    says: /is needed by subnet [0-9a-f-]{36}; delete those first/,
    async attempt(plane) {
      const id = await pool(plane);
      await carve(plane, id, {});
      const subnetPool = SubnetPool.fromPartial({ id, prefixes: ["172.16.0.0/16"] } as Partial<SubnetPool>);
      return asked(() =>
        plane.subnetPools.updateSubnetPool({ subnetPool, updateMask: ["prefixes"], etag: "", ...plainly }),
      );
    },
  },
  {
    neutron: "SubnetAllocationError",
    when: "a subnet pool has no room left",
    reason: "SUBNET_POOL_EXHAUSTED",
    says: /no \/24 is free in subnet pool/,
    async attempt(plane) {
      const id = await pool(plane, { prefixes: ["10.0.0.0/24"] });
      await carve(plane, id, {});
      return asked(() => carve(plane, id, {}));
    },
  },
  {
    neutron: "MinPrefixSubnetAllocationError",
    when: "a subnet asks a subnet pool for more than it gives at once",
    reason: "INVALID_FIELD",
    says: /24/,
    attempt: refusedCarving({ minPrefixLength: 24 }, {}, 23),
  },
  {
    neutron: "MaxPrefixSubnetAllocationError",
    when: "a subnet asks a subnet pool for less than it gives at least",
    reason: "INVALID_FIELD",
    says: /26/,
    attempt: refusedCarving({ maxPrefixLength: 26 }, {}, 27),
  },
  {
    neutron: "SubnetAllocationError",
    when: "a subnet names a CIDR that is not the subnet pool's",
    reason: "CIDR_OUTSIDE_SUBNET_POOL",
    says: /does not lie in the subnet pool's prefixes 10\.0\.0\.0\/22/,
    attempt: refusedCarving({}, { cidr: "192.168.0.0/24" }),
  },
  {
    neutron: "SubnetPoolQuotaExceeded",
    when: "a project takes more of a subnet pool than each may",
    reason: "SUBNET_POOL_QUOTA_EXCEEDED",
    says: /has 0 addresses of subnet pool .* and may have 100: 256 more are too many/,
    attempt: refusedCarving({ defaultQuota: 100 }, {}),
  },
];
