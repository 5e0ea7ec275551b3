import { randomUUID } from "node:crypto";
import { Subnet } from "@rhumbline/proto/rhumbline/ipam/v1/subnet";
import { SubnetPool } from "@rhumbline/proto/rhumbline/ipam/v1/subnet_pool_service";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { decidePort } from "../../../services/topology/src/port/decide.ts";
import { ports, routers } from "../../../services/topology/src/read-model/state.ts";
import { decideRouter } from "../../../services/topology/src/router/decide.ts";
import { amidAppend } from "../two-writers.ts";
import { type ControlPlane, reasonOf, startControlPlane } from "./control-plane.ts";
import { firstPage, inNoPool, make, plainly } from "./make.ts";

let plane: ControlPlane;
let networkId: string;

beforeEach(async () => {
  plane = await startControlPlane();
  networkId = (await make(plane).network()).id;
});
afterEach(() => plane.stop());

const context = { actor: "test", projectId: "default", correlationId: "c", causationId: "c" };

/** How two commands on streams of one kind ended, where the second came between the first's decision and its append. */
async function outcomes(prefix: string, first: () => Promise<unknown>, second: () => Promise<unknown>) {
  const ended = await amidAppend(plane.store, prefix, first, second);
  return Promise.all(
    ended.map(async (one) => (one.status === "fulfilled" ? "done" : reasonOf(Promise.reject(one.reason)))),
  );
}

const createSubnet = (fields: Partial<Subnet>) =>
  plane.subnets.createSubnet({ subnet: Subnet.fromPartial({ networkId, ...fields }), ...inNoPool, ...plainly });
const allocate = (wish: {
  ownerId?: string;
  macAddress?: string;
  addresses?: { subnetId: string; ipAddress: string }[];
}) =>
  plane.allocations.allocate({
    scopeId: networkId,
    ownerId: wish.ownerId ?? randomUUID(),
    macAddress: wish.macAddress ?? "",
    addresses: (wish.addresses ?? []).map((address) => ({ ...address, gateway: false })),
    yieldsToSubnetDeletion: false,
    macOnly: wish.addresses === undefined,
    requestId: "",
    validateOnly: false,
  });

describe("scope-<networkId>", () => {
  test("two subnets of a network that overlap: one is made", async () => {
    const make = (cidr: string) => () => createSubnet({ cidr });
    expect(await outcomes("scope-", make("10.0.0.0/24"), make("10.0.0.0/25"))).toEqual(["done", "SUBNET_OVERLAPS"]);
  });

  test("two owners want one MAC address: one gets it", async () => {
    const take = () => allocate({ macAddress: "fa:16:3e:00:00:09" });
    expect(await outcomes("scope-", take, take)).toEqual(["done", "MAC_ADDRESS_IN_USE"]);
  });

  test("what is asked for while the scope is closed is not given", async () => {
    const close = () => plane.allocations.closeScope({ scopeId: networkId, requestId: "" });
    const [closed, given] = await outcomes("scope-", close, () => allocate({}));
    expect(closed).toBe("done");
    expect(given).not.toBe("done");
  });
});

describe("subnetPool-<id>", () => {
  const pool = async (fields: Partial<SubnetPool> = {}) => {
    const given = { prefixes: ["10.8.0.0/16"], minPrefixLength: 24, ...fields };
    const { subnetPool } = await plane.subnetPools.createSubnetPool({
      subnetPool: SubnetPool.fromPartial(given),
      ...plainly,
    });
    return subnetPool?.id ?? "";
  };

  test("two subnets want one CIDR of the pool, in two networks: one gets it", async () => {
    const subnetPoolId = await pool();
    const other = (await make(plane).network()).id;
    const carve = (network: string) => () => createSubnet({ networkId: network, subnetPoolId, cidr: "10.8.3.0/24" });
    expect(await outcomes("subnetPool-", carve(networkId), carve(other))).toEqual(["done", "CIDR_IN_USE"]);
  });

  test("two subnets want the last that a project may have: one gets it", async () => {
    const subnetPoolId = await pool({ defaultQuota: 300 });
    const carve = () => createSubnet({ subnetPoolId });
    expect(await outcomes("subnetPool-", carve, carve)).toEqual(["done", "SUBNET_POOL_QUOTA_EXCEEDED"]);
  });

  test("a pool that a subnet is carved from is not deleted meanwhile", async () => {
    const subnetPoolId = await pool();
    const remove = () => plane.subnetPools.deleteSubnetPool({ id: subnetPoolId, etag: "", ...plainly });
    const ended = await outcomes("subnetPool-", () => createSubnet({ subnetPoolId }), remove);
    expect(ended).toEqual(["done", "SUBNET_POOL_IN_USE"]);
  });
});

describe("subnet-<id>", () => {
  test("two owners want one address: one gets it", async () => {
    const { id: subnetId } = await make(plane).subnet(networkId, "10.0.0.0/24");
    const take = () => allocate({ addresses: [{ subnetId, ipAddress: "10.0.0.50" }] });
    expect(await outcomes("subnet-", take, take)).toEqual(["done", "IP_ADDRESS_IN_USE"]);
  });

  test("a subnet that an address is being given of is not deleted", async () => {
    const { id: subnetId } = await make(plane).subnet(networkId, "10.0.0.0/24");
    const remove = () => plane.subnets.deleteSubnet({ id: subnetId, etag: "", ...plainly });
    const take = () => allocate({ addresses: [{ subnetId, ipAddress: "" }] });
    expect(await outcomes("subnet-", take, remove)).toEqual(["done", "SUBNET_IN_USE"]);
  });
});

describe("topology's", () => {
  test("segmentRange-<range>: two networks want one VLAN id of a physical network, and one gets it", async () => {
    const segment = { networkType: "NETWORK_TYPE_VLAN", physicalNetwork: "physnet1", segmentationId: 9 } as const;
    const take = () => make(plane).network({ segment });
    expect(await outcomes("segmentRange-vlan.physnet1", take, take)).toEqual(["done", "SEGMENT_IN_USE"]);
  });

  test("segmentRange-<range>: two networks that ask for any VLAN id have one each", async () => {
    const segment = { networkType: "NETWORK_TYPE_VLAN", physicalNetwork: "physnet1", segmentationId: 0 } as const;
    const take = () => make(plane).network({ segment });
    expect(await outcomes("segmentRange-vlan.physnet1", take, take)).toEqual(["done", "done"]);
    const { networks } = await plane.networks.listNetworks(firstPage);
    const vlanIds = networks.flatMap(({ segment: had }) => (had?.physicalNetwork ? [had.segmentationId] : []));
    expect(vlanIds.sort()).toEqual([100, 101]);
  });

  test("port-<id>: two routers want one port, and one gets it", async () => {
    const { id: portId } = await make(plane).port(networkId);
    const lend = (deviceId: string) => () => {
      const command = { type: "LendPort", portId, deviceId, deviceOwner: "network:router_interface" } as const;
      return plane.topology.executor.execute(ports, portId, (port) => decidePort(command, port), context);
    };
    const [first, second] = await amidAppend(plane.store, "port-", lend("r1"), lend("r2"));
    expect(first.status).toBe("fulfilled");
    expect(second).toMatchObject({ reason: { reason: "PORT_OWNED_BY_DEVICE" } });
  });

  test("router-<id>: two subnets that overlap want to be on one router, and one is", async () => {
    const { id: routerId } = await make(plane).router();
    const add = (subnetId: string, cidr: string) => () => {
      const one = { portId: `p-${subnetId}`, networkId, subnetId, ipAddress: "10.0.0.1", macAddress: "", cidr };
      const command = { type: "AddRouterInterface", routerId, interfaces: [one], gatewaySubnets: [] } as const;
      return plane.topology.executor.execute(routers, routerId, (router) => decideRouter(command, router), context);
    };
    const [first, second] = await amidAppend(
      plane.store,
      "router-",
      add("s1", "10.0.0.0/24"),
      add("s2", "10.0.0.0/25"),
    );
    expect(first.status).toBe("fulfilled");
    expect(second).toMatchObject({ reason: { reason: "ROUTER_SUBNETS_OVERLAP" } });
  });

  test("router-<id>: a router that gets an interface is not deleted meanwhile", async () => {
    const { id: routerId } = await make(plane).router();
    const one = { portId: "p1", networkId, subnetId: "s1", ipAddress: "10.0.0.1", macAddress: "", cidr: "10.0.0.0/24" };
    const add = { type: "AddRouterInterface", routerId, interfaces: [one], gatewaySubnets: [] } as const;
    const remove = { type: "DeleteRouter", routerId, etag: "" } as const;
    const run = (command: typeof add | typeof remove) => () =>
      plane.topology.executor.execute(routers, routerId, (router) => decideRouter(command, router), context);
    const [first, second] = await amidAppend(plane.store, "router-", run(add), run(remove));
    expect(first.status).toBe("fulfilled");
    expect(second).toMatchObject({ reason: { reason: "ROUTER_IN_USE" } });
  });

  test("floatingIp-<id>: one port of it is forwarded to two ports at once, and to one it is", async () => {
    const { external, tenant } = await make(plane).routed();
    const { id: floatingIpId } = await make(plane).floatingIp(external.id);
    const targets = [await make(plane).port(tenant.id), await make(plane).port(tenant.id)] as const;
    const forward = (internalPortId: string) => () =>
      make(plane).portForwarding({ floatingIpId, internalPortId, externalPorts: { first: 8080, last: 8080 } });
    const [one, other] = [forward(targets[0].id), forward(targets[1].id)];
    expect(await outcomes("floatingIp-", one, other)).toEqual(["done", "PORT_FORWARDING_OVERLAPS"]);
  });
});
