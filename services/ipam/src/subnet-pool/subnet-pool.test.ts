import { given } from "@rhumbline/event-sourcing/testing";
import { parseCidr } from "@rhumbline/net";
import { describe, expect, test } from "vitest";
import { decideSubnetPool } from "./decide.ts";
import type { SubnetPoolEvent } from "./events.ts";
import { evolveSubnetPool } from "./evolve.ts";
import { absentSubnetPool, type SubnetPool, type SubnetPoolField } from "./state.ts";

const decider = { initial: absentSubnetPool, decide: decideSubnetPool, evolve: evolveSubnetPool };
const pool: SubnetPool = {
  id: "sp1",
  projectId: "p",
  name: "web",
  description: "",
  prefixes: ["10.0.0.0/24", "10.1.0.0/24"],
  defaultPrefixLength: 26,
  minPrefixLength: 24,
  maxPrefixLength: 28,
  isDefault: false,
  shared: false,
  tags: [],
  createTime: undefined,
  updateTime: undefined,
  etag: "",
  defaultQuota: 0,
  ipVersion: 4,
};
const made = (fields: Partial<SubnetPool> = {}): SubnetPoolEvent => ({
  type: "SubnetPoolCreated",
  data: { subnetPool: { ...pool, ...fields } },
});
const has = (subnetId: string, cidr: string, projectId = "p"): SubnetPoolEvent => ({
  type: "PrefixAllocated",
  data: { subnetPoolId: "sp1", subnetId, projectId, cidr },
});
const any = (subnetId: string, prefixLength?: number, projectId = "p") =>
  ({ type: "AllocatePrefix", subnetPoolId: "sp1", subnetId, projectId, wanted: { prefixLength } }) as const;
const named = (subnetId: string, cidr: string) =>
  ({ type: "AllocatePrefix", subnetPoolId: "sp1", subnetId, projectId: "p", wanted: parseCidr(cidr) }) as const;
const update = (values: Partial<SubnetPool>, fields: SubnetPoolField[]) =>
  ({
    type: "UpdateSubnetPool",
    id: "sp1",
    values: { ...pool, ...values },
    fields,
    defaultPoolId: "sp0",
    etag: "",
  }) as const;

describe("a subnet's CIDR", () => {
  test("is the lowest that is free, as wide as the pool says or the subnet asks", () => {
    given(decider, made()).when(any("s1")).then(has("s1", "10.0.0.0/26"));
    given(decider, made(), has("s1", "10.0.0.0/26")).when(any("s2", 25)).then(has("s2", "10.0.0.128/25"));
    given(decider, made(), has("s1", "10.0.0.16/28")).when(any("s2", 28)).then(has("s2", "10.0.0.0/28"));
  });

  test("comes from the next prefix when none of the first has room", () => {
    given(decider, made(), has("s1", "10.0.0.192/26")).when(any("s2", 24)).then(has("s2", "10.1.0.0/24"));
  });

  test("is refused when there is no room at all", () => {
    given(decider, made(), has("s1", "10.0.0.0/24"), has("s2", "10.1.0.0/28"))
      .when(any("s3", 24))
      .refused("SUBNET_POOL_EXHAUSTED");
  });

  test("is the one it names, if that is the pool's and nobody else's", () => {
    given(decider, made()).when(named("s1", "10.0.0.64/26")).then(has("s1", "10.0.0.64/26"));
    given(decider, made()).when(named("s1", "10.2.0.0/26")).refused("CIDR_OUTSIDE_SUBNET_POOL");
    given(decider, made(), has("s1", "10.0.0.64/28")).when(named("s2", "10.0.0.64/26")).refused("CIDR_IN_USE");
  });

  test("is neither wider nor narrower than the pool gives", () => {
    given(decider, made()).when(any("s1", 23)).refused("INVALID_FIELD");
    given(decider, made()).when(named("s1", "10.0.0.0/29")).refused("INVALID_FIELD");
  });

  test("is the same when asked for twice, and free again when released", () => {
    given(decider, made(), has("s1", "10.0.0.0/26")).when(any("s1", 24)).nothing();
    const released: SubnetPoolEvent = { type: "PrefixReleased", data: { subnetPoolId: "sp1", subnetId: "s1" } };
    given(decider, made(), has("s1", "10.0.0.0/26")).when({ type: "ReleasePrefix", subnetId: "s1" }).then(released);
    given(decider, made(), has("s1", "10.0.0.0/26"), released).when(any("s2")).then(has("s2", "10.0.0.0/26"));
  });

  test("is refused beyond what a project may take, whatever others took", () => {
    const history = [made({ defaultQuota: 128 }), has("s1", "10.0.0.0/26"), has("s2", "10.1.0.0/25", "other")];
    given(decider, ...history)
      .when(any("s3"))
      .then(has("s3", "10.0.0.64/26"));
    given(decider, ...history)
      .when(any("s3", 25))
      .refused("SUBNET_POOL_QUOTA_EXCEEDED");
  });

  test("in IPv6 counts networks of /64 towards the quota", () => {
    const six = { prefixes: ["2001:db8::/48"], ipVersion: 6, minPrefixLength: 48, maxPrefixLength: 128 };
    const v6 = made({ ...six, defaultPrefixLength: 64, defaultQuota: 1 });
    given(decider, v6).when(any("s1")).then(has("s1", "2001:db8::/64"));
    given(decider, v6).when(any("s1", 63)).refused("SUBNET_POOL_QUOTA_EXCEEDED");
  });
});

test("a pool that subnets are carved from is not deleted, and keeps the prefixes they lie in", () => {
  const used = given(decider, made(), has("s1", "10.1.0.0/26"));
  const { message } = used.when({ type: "DeleteSubnetPool", id: "sp1", etag: "" }).refused("SUBNET_POOL_IN_USE");
  expect(message).toContain("s1");
  used.when(update({ prefixes: ["10.0.0.0/24"] }, ["prefixes"])).refused("SUBNET_POOL_IN_USE");
  const [event] = used.when(update({ prefixes: ["10.1.0.0/24"] }, ["prefixes", "name"])).events;
  expect(event).toMatchObject({ type: "SubnetPoolUpdated", data: { changed: ["prefixes"] } });
});

test("one pool is the default of an IP version", () => {
  const create = { type: "CreateSubnetPool", pool: { ...pool, isDefault: true } } as const;
  given(decider)
    .when({ ...create, defaultPoolId: "sp0" })
    .refused("DEFAULT_SUBNET_POOL_EXISTS");
  expect(given(decider).when({ ...create, defaultPoolId: undefined }).events).toHaveLength(1);
  given(decider, made())
    .when(update({ isDefault: true }, ["is_default"]))
    .refused("DEFAULT_SUBNET_POOL_EXISTS");
});

test("prefix lengths that contradict each other are refused, and an update that changes nothing makes no event", () => {
  given(decider, made())
    .when(update({ minPrefixLength: 27 }, ["min_prefix_length"]))
    .refused("INVALID_FIELD");
  given(decider, made())
    .when(update({}, ["name", "prefixes"]))
    .nothing();
});
