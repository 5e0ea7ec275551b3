import { Subnet } from "@rhumbline/proto/rhumbline/ipam/v1/subnet";
import { SubnetPool } from "@rhumbline/proto/rhumbline/ipam/v1/subnet_pool_service";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type ControlPlane, reasonOf, refusal, startControlPlane } from "./control-plane.ts";
import { firstPage, inNoPool, make, plainly, read } from "./make.ts";

let plane: ControlPlane;
let networkId: string;

beforeEach(async () => {
  plane = await startControlPlane();
  networkId = (await make(plane).network()).id;
});
afterEach(() => plane.stop());

const createPool = (fields: Partial<SubnetPool> = {}) => {
  const pool: Partial<SubnetPool> = { prefixes: ["10.0.0.0/16"], minPrefixLength: 24, ...fields };
  return plane.subnetPools.createSubnetPool({ subnetPool: SubnetPool.fromPartial(pool), ...plainly });
};
const madePool = async (fields: Partial<SubnetPool> = {}): Promise<string> =>
  (await createPool(fields)).subnetPool?.id ?? "";
const updatePool = (fields: Partial<SubnetPool>, updateMask: string[]) =>
  plane.subnetPools.updateSubnetPool({ subnetPool: SubnetPool.fromPartial(fields), updateMask, etag: "", ...plainly });
const createSubnet = async (fields: Partial<Subnet>, options: Partial<typeof inNoPool & typeof plainly> = {}) => {
  const subnet = Subnet.fromPartial({ networkId, ...fields });
  return (await plane.subnets.createSubnet({ subnet, ...inNoPool, ...plainly, ...options })).subnet;
};
const deleteSubnet = (id = "") => plane.subnets.deleteSubnet({ id, etag: "", ...plainly });

test("a pool is made with its lengths filled in, read, listed, changed and deleted", async () => {
  const { subnetPool } = await createPool({ name: "web", prefixes: ["10.1.0.0/16", "10.0.0.0/8"], minPrefixLength: 0 });
  const id = subnetPool?.id ?? "";
  expect(subnetPool).toMatchObject({
    prefixes: ["10.0.0.0/8"],
    ipVersion: 4,
    minPrefixLength: 8,
    defaultPrefixLength: 8,
    maxPrefixLength: 32,
    etag: "0",
  });
  const updated = await updatePool({ id, name: "db", defaultPrefixLength: 24 }, ["name", "default_prefix_length"]);
  expect(updated.subnetPool).toMatchObject({ name: "db", defaultPrefixLength: 24, minPrefixLength: 8, etag: "1" });
  const { subnetPools } = await plane.subnetPools.listSubnetPools({ ...firstPage, filter: 'name = "db"' });
  expect(subnetPools).toEqual([(await plane.subnetPools.getSubnetPool({ id, ...read })).subnetPool]);
  await plane.subnetPools.deleteSubnetPool({ id, etag: "1", ...plainly });
  expect(await reasonOf(plane.subnetPools.getSubnetPool({ id, ...read }))).toBe("NOT_FOUND");
});

describe("a subnet from a pool", () => {
  test("gets a CIDR as wide as it asks, and gives it back when it goes", async () => {
    const subnetPoolId = await madePool();
    const first = await createSubnet({ subnetPoolId });
    expect(first).toMatchObject({ cidr: "10.0.0.0/24", gatewayIp: "10.0.0.1", subnetPoolId });
    expect((await createSubnet({ subnetPoolId }, { prefixLength: 26 }))?.cidr).toBe("10.0.1.0/26");
    await deleteSubnet(first?.id);
    expect((await createSubnet({ subnetPoolId }))?.cidr).toBe("10.0.0.0/24");
  });

  test("can name its CIDR", async () => {
    const subnetPoolId = await madePool();
    expect((await createSubnet({ subnetPoolId, cidr: "10.0.9.0/24" }))?.cidr).toBe("10.0.9.0/24");
    const other = (await make(plane).network()).id;
    const refused = createSubnet({ networkId: other, subnetPoolId, cidr: "10.0.9.0/25" });
    expect(await reasonOf(refused)).toBe("CIDR_IN_USE");
    expect(await reasonOf(createSubnet({ subnetPoolId, cidr: "10.9.0.0/24" }))).toBe("CIDR_OUTSIDE_SUBNET_POOL");
  });

  test("of many that ask at once has none of its addresses twice", async () => {
    const subnetPoolId = await madePool();
    const networkIds = await Promise.all(Array.from({ length: 16 }, async () => (await make(plane).network()).id));
    const made = await Promise.all(networkIds.map((one) => createSubnet({ networkId: one, subnetPoolId })));
    expect(new Set(made.map((subnet) => subnet?.cidr)).size).toBe(16);
  });

  test("that its network refuses takes nothing of the pool", async () => {
    const subnetPoolId = await madePool();
    await make(plane).subnet(networkId, "10.0.0.0/20");
    expect(await reasonOf(createSubnet({ subnetPoolId }))).toBe("SUBNET_OVERLAPS");
    await plane.subnetPools.deleteSubnetPool({ id: subnetPoolId, etag: "", ...plainly });
  });

  test("with validate_only shows its CIDR and takes none", async () => {
    const subnetPoolId = await madePool();
    expect((await createSubnet({ subnetPoolId }, { validateOnly: true }))?.cidr).toBe("10.0.0.0/24");
    await plane.subnetPools.deleteSubnetPool({ id: subnetPoolId, etag: "", ...plainly });
  });

  test("keeps the pool from being deleted", async () => {
    const subnetPoolId = await madePool();
    const subnet = await createSubnet({ subnetPoolId });
    const remove = () => plane.subnetPools.deleteSubnetPool({ id: subnetPoolId, etag: "", ...plainly });
    expect(await refusal(remove())).toMatchObject({ reason: "SUBNET_POOL_IN_USE", facts: { subnetIds: subnet?.id } });
    await deleteSubnet(subnet?.id);
    await remove();
  });

  test("stays within the project's quota", async () => {
    const subnetPoolId = await madePool({ defaultQuota: 300 });
    await createSubnet({ subnetPoolId });
    expect(await reasonOf(createSubnet({ subnetPoolId }))).toBe("SUBNET_POOL_QUOTA_EXCEEDED");
    await createSubnet({ subnetPoolId, projectId: "other" });
  });
});

describe("a default pool", () => {
  test("gives CIDRs to who names no pool, one of each IP version", async () => {
    expect(await reasonOf(createSubnet({}, { defaultPoolIpVersion: 4 }))).toBe("NO_DEFAULT_SUBNET_POOL");
    const four = await madePool({ isDefault: true });
    const six = await madePool({ isDefault: true, prefixes: ["2001:db8::/56"], minPrefixLength: 64 });
    expect(await createSubnet({}, { defaultPoolIpVersion: 4 })).toMatchObject({ subnetPoolId: four });
    expect(await createSubnet({}, { defaultPoolIpVersion: 6 })).toMatchObject({
      subnetPoolId: six,
      cidr: "2001:db8::/64",
    });
  });

  test("is one, whoever asks at the same time", async () => {
    const made = await Promise.allSettled(Array.from({ length: 8 }, () => createPool({ isDefault: true })));
    expect(made.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const { subnetPool } = await createPool();
    const id = subnetPool?.id ?? "";
    expect(await reasonOf(updatePool({ id, isDefault: true }, ["is_default"]))).toBe("DEFAULT_SUBNET_POOL_EXISTS");
  });
});

test.each<[string, Partial<SubnetPool>]>([
  ["subnet_pool.prefixes", { prefixes: [] }],
  ["subnet_pool.prefixes[0]", { prefixes: ["10.0.0.1/8"] }],
  ["subnet_pool.prefixes", { prefixes: ["10.0.0.0/8", "2001:db8::/32"] }],
  ["subnet_pool.max_prefix_length", { maxPrefixLength: 33 }],
  ["subnet_pool.default_prefix_length", { minPrefixLength: 24, defaultPrefixLength: 20 }],
  ["subnet_pool.default_quota", { defaultQuota: -1 }],
])("%s is refused by its name", async (field, fields) => {
  expect(await refusal(createPool(fields))).toMatchObject({ reason: "INVALID_FIELD", violations: [{ field }] });
});

test.each<[string, Partial<Subnet>, Partial<typeof inNoPool>]>([
  ["prefix_length", { cidr: "10.0.0.0/24" }, { prefixLength: 24 }],
  ["default_pool_ip_version", {}, { defaultPoolIpVersion: 5 }],
  ["subnet.cidr", {}, {}],
])("a subnet's %s is refused by its name", async (field, fields, options) => {
  const { violations } = await refusal(createSubnet(fields, options));
  expect(violations.map((one) => one.field)).toContain(field);
});
